package onceward.gateway.routing;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * How much of a service the gateway uses at once.
 *
 * @param callsMax calls to one service at once, without those that follow
 * @param passwordsMax logins and sign-ups at once; auth-service refuses what it cannot hash soon
 * @param passwordsPerAddressMax logins and sign-ups of one address at once
 * @param waitsMax calls at once that wait for the end of a sign-up ({@code Prefer: wait})
 * @param waitsPerAddressMax such calls of one address at once
 * @param answerTimeMax how long a service may take for an answer
 * @param waitTimeMax the same for a call that waits; longer than the longest wait
 */
@ConfigurationProperties("gateway.upstreams")
record UpstreamLimits(
    @Bindable(defaultValue = "128") int callsMax,
    @Bindable(defaultValue = "48") int passwordsMax,
    @Bindable(defaultValue = "12") int passwordsPerAddressMax,
    @Bindable(defaultValue = "128") int waitsMax,
    @Bindable(defaultValue = "64") int waitsPerAddressMax,
    @Bindable(defaultValue = "10s") Duration answerTimeMax,
    @Bindable(defaultValue = "40s") Duration waitTimeMax) {}
