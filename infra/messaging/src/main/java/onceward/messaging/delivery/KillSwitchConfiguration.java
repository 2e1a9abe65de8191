package onceward.messaging.delivery;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * When a subscription stops because too much of what it handles fails.
 *
 * @param failureRatio the share of dead letters among the messages of the window, above 0 up to 1
 * @param messagesMin how many messages the window must hold before the share counts
 * @param window how far it looks back, in whole seconds
 */
@ConfigurationProperties("messaging.kill-switch")
public record KillSwitchConfiguration(
    @Bindable(defaultValue = "0.2") double failureRatio,
    @Bindable(defaultValue = "20") int messagesMin,
    @Bindable(defaultValue = "60s") Duration window) {}
