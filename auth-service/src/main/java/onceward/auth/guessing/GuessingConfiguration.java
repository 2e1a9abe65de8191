package onceward.auth.guessing;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * The limits of guessing.
 *
 * @param freePerLoginId failures with one login id before attempts have to wait
 * @param freePerAddress failures from one address before attempts have to wait, but for login ids
 *     that have logged in from there
 * @param delayFirst the wait after the next failure; each further failure doubles it
 * @param delayMax the longest wait; it bounds how long strangers can keep anybody out
 * @param forgetAfter failures are forgotten after this time without one
 * @param knownFor how long an address stays known after a login from there
 * @param rowsMax how many login ids and addresses are remembered
 */
@ConfigurationProperties("auth.guessing")
record GuessingConfiguration(
    @Bindable(defaultValue = "10") int freePerLoginId,
    @Bindable(defaultValue = "300") int freePerAddress,
    @Bindable(defaultValue = "1s") Duration delayFirst,
    @Bindable(defaultValue = "30s") Duration delayMax,
    @Bindable(defaultValue = "1h") Duration forgetAfter,
    @Bindable(defaultValue = "30d") Duration knownFor,
    @Bindable(defaultValue = "100000") int rowsMax) {}
