package onceward.messaging.restore;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/**
 * Whether this process only restores.
 *
 * @param restoring whether this process only gets data back from topics: live consumers do not
 *     start, readiness is DOWN, and replays run. For a service whose database was lost, in every
 *     process of the service; needs a {@code Restoration} that the service declares
 */
@ConfigurationProperties("messaging")
public record RestoringConfiguration(@Bindable(defaultValue = "false") boolean restoring) {}
