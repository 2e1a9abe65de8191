package onceward.gateway.routing;

import io.micronaut.http.client.exceptions.HttpClientResponseException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import onceward.gateway.problem.ProblemException;
import onceward.gateway.problem.ProblemType;
import reactor.core.publisher.Mono;

/**
 * Remembers that a service has no place for one kind of call. A service that has answered 503 would
 * answer the next call alike, until one of those in work ends: so the gateway answers that call
 * itself, and a flood costs the service next to nothing. Without a call in work, and a second after
 * the last 503, a call goes through all the same: the places may have been those of calls of
 * another gateway.
 *
 * <p>Thread-safe.
 */
final class FullService {

  private static final int FULL = 503;
  private static final long ASKED_AGAIN_AFTER_NANOS = Duration.ofSeconds(1).toNanos();

  private final LongSupplier nanoTime;
  private int inWork;
  private boolean full;
  private long fullAt;

  /**
   * A service of which nothing is known yet.
   *
   * @param nanoTime as {@link System#nanoTime()}
   */
  FullService(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** The call, or 503 if the service would refuse it. */
  <T> Mono<T> unlessFull(Mono<T> call) {
    return Mono.defer(
        () -> begin() ? inWork(call) : Mono.error(new ProblemException(ProblemType.BUSY)));
  }

  private <T> Mono<T> inWork(Mono<T> call) {
    var ended = new AtomicBoolean();
    return call.doOnSuccess(_ -> endOnce(ended, false))
        .doOnError(failure -> endOnce(ended, isFull(failure)))
        .doOnCancel(() -> endOnce(ended, false));
  }

  private void endOnce(AtomicBoolean ended, boolean refused) {
    if (ended.compareAndSet(false, true)) {
      end(refused);
    }
  }

  private synchronized boolean begin() {
    if (full && inWork > 0 && nanoTime.getAsLong() - fullAt < ASKED_AGAIN_AFTER_NANOS) {
      return false;
    }
    inWork++;
    return true;
  }

  private synchronized void end(boolean refused) {
    inWork--;
    full = refused;
    fullAt = nanoTime.getAsLong();
  }

  private static boolean isFull(Throwable failure) {
    return failure instanceof HttpClientResponseException answered
        && answered.getResponse().code() == FULL;
  }
}
