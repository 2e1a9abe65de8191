package onceward.messaging.subscription;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.util.concurrent.TimeUnit;

/**
 * Stops a subscription whose messages fail in masses: then it is the consumer that is broken, and
 * filling the dead letters would only make more to mend. Once open it stays so until it is reset.
 *
 * <p>Counts in this process. Safe for use by many threads.
 */
final class KillSwitch {

  private static final int PERCENT = 100;

  private final KillSwitchConfiguration configuration;
  private final CircuitBreaker breaker;

  KillSwitch(Subscription subscription, KillSwitchConfiguration configuration) {
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

  boolean isOpen() {
    return breaker.getState() == State.OPEN;
  }

  void reset() {
    breaker.reset();
  }

  /** Why it is open, for whoever is to mend it. */
  String reason() {
    return "stopped: more than %.0f %% of its messages became dead letters within %d s"
        .formatted(configuration.failureRatio() * PERCENT, configuration.window().toSeconds());
  }
}
