package onceward.gateway.connection;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * The limits of connections. The three times end up to half early, at random, so that not all
 * connections that began together end together.
 *
 * @param max connections at once
 * @param perAddressMax connections of one address at once
 * @param pipelinedMax requests in work at once that were sent before the answer to the one before
 * @param headerTimeMax from the first byte of a request to the end of its headers
 * @param bodyTimeMax from there to the end of its body
 * @param answerTimeMax until a caller has taken an answer
 */
@ConfigurationProperties("gateway.connections")
record ConnectionLimits(
    @Bindable(defaultValue = "4096") int max,
    @Bindable(defaultValue = "1024") int perAddressMax,
    @Bindable(defaultValue = "4") int pipelinedMax,
    @Bindable(defaultValue = "6s") Duration headerTimeMax,
    @Bindable(defaultValue = "20s") Duration bodyTimeMax,
    @Bindable(defaultValue = "20s") Duration answerTimeMax) {}
