package onceward.gateway.routing;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/**
 * How many calls a caller may send.
 *
 * @param perAddressPerSecondMax calls of one address each second, in the long run
 * @param perAddressBurstMax calls of one address at once, after a silence
 * @param perAccountPerSecondMax calls of one account each second, in the long run
 * @param perAccountBurstMax calls of one account at once, after a silence
 */
@ConfigurationProperties("gateway.rates")
record CallRates(
    @Bindable(defaultValue = "500") int perAddressPerSecondMax,
    @Bindable(defaultValue = "2000") int perAddressBurstMax,
    @Bindable(defaultValue = "50") int perAccountPerSecondMax,
    @Bindable(defaultValue = "200") int perAccountBurstMax) {}
