package onceward.gateway.routing;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import java.time.Duration;
import onceward.gateway.problem.ProblemException;
import onceward.gateway.problem.ProblemType;

/**
 * Token buckets by caller. Remembers a bounded number of callers; one that is forgotten starts with
 * a full bucket. Thread-safe.
 */
final class RateLimiter {

  private static final int CALLERS_MAX = 100_000;
  private static final long NANOS_PER_SECOND = Duration.ofSeconds(1).toNanos();

  private final Cache<String, Bucket> buckets;
  private final int perSecondMax;
  private final int burstMax;

  RateLimiter(int perSecondMax, int burstMax) {
    this.perSecondMax = perSecondMax;
    this.burstMax = burstMax;
    // A bucket that nobody used for so long is full, and a new one is the same.
    var full = Duration.ofSeconds(1L + burstMax / perSecondMax);
    this.buckets = Caffeine.newBuilder().maximumSize(CALLERS_MAX).expireAfterAccess(full).build();
  }

  /**
   * Counts one call.
   *
   * @throws ProblemException 429, if the caller has sent too many
   */
  void count(String caller) {
    var probe = buckets.get(caller, _ -> newBucket()).tryConsumeAndReturnRemaining(1);
    if (!probe.isConsumed()) {
      var seconds = Math.ceilDiv(probe.getNanosToWaitForRefill(), NANOS_PER_SECOND);
      throw ProblemException.retryAfter(ProblemType.TOO_MANY_REQUESTS, (int) Math.max(1, seconds));
    }
  }

  private Bucket newBucket() {
    return Bucket.builder()
        .addLimit(
            limit -> limit.capacity(burstMax).refillGreedy(perSecondMax, Duration.ofSeconds(1)))
        .build();
  }
}
