package onceward.messaging.delivery;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.util.concurrent.TimeUnit;
import onceward.messaging.subscription.Subscription;

/**
 * Stops a subscription whose messages fail in masses: the consumer is broken then, and more dead
 * letters would only be more to mend. An open switch stays open until it is reset.
 *
 * <p>Counts in this process. Safe for use by many threads.
 */
public final class KillSwitch {

  private static final int PERCENT = 100;

  private final KillSwitchConfiguration configuration;
  private final CircuitBreaker breaker;

  /** A switch of one subscription. */
  public KillSwitch(Subscription subscription, KillSwitchConfiguration configuration) {
    this.configuration = configuration;
    this.breaker =
        CircuitBreaker.of(
            subscription.toString(),
            CircuitBreakerConfig.custom()
                .slidingWindowType(SlidingWindowType.TIME_BASED)
                .slidingWindowSize(Math.toIntExact(configuration.window().toSeconds()))
                .minimumNumberOfCalls(configuration.messagesMin())
                .failureRateThreshold((float) (configuration.failureRatio() * PERCENT))
                .build());
  }

  void handled(int messages) {
    for (var message = 0; message < messages; message++) {
      breaker.onSuccess(0, TimeUnit.NANOSECONDS);
    }
  }

  void deadLetter(Throwable failure) {
    breaker.onError(0, TimeUnit.NANOSECONDS, failure);
  }

  /** Whether the subscription is to stop. */
  public boolean isOpen() {
    return breaker.getState() == State.OPEN;
  }

  /** Closes the switch and forgets what failed. */
  public void reset() {
    breaker.reset();
  }

  /** Why the subscription is stopped, for an operator. */
  public String reason() {
    return "stopped: more than %.0f %% of its messages became dead letters within %d s"
        .formatted(configuration.failureRatio() * PERCENT, configuration.window().toSeconds());
  }
}
