package onceward.ledgerapi;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.LongSupplier;
import onceward.ledger.source.Progress;
import org.jspecify.annotations.Nullable;

/**
 * How far a verification is. Told by the thread that compares, which {@link #cancel} ends at its
 * next report; read by any thread.
 */
final class RunProgress implements Progress {

  private static final double NANOS = 1e9;

  private final LongSupplier nanos;
  private volatile boolean cancelled;
  private volatile @Nullable Step step;

  /**
   * @param began when this work began, in nanoseconds of the clock
   * @param at when this was reported
   */
  private record Step(String work, long done, long total, long began, long at) {}

  /**
   * @param nanos a clock, such as {@link System#nanoTime}
   */
  RunProgress(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /**
   * Takes a report.
   *
   * @throws CancellationException if nobody wants the verification any more
   */
  @Override
  public void report(String work, long done, long total) {
    if (cancelled) {
      throw new CancellationException();
    }
    var before = step;
    var now = nanos.getAsLong();
    var began = before != null && before.work.equals(work) ? before.began : now;
    step = new Step(work, done, total, began, now);
  }

  void cancel() {
    cancelled = true;
  }

  /**
   * The last report, with the rate since this work began, and how long the rest takes at this rate.
   * Both are left out while nobody can tell.
   */
  Optional<Map<String, Object>> document() {
    return Optional.ofNullable(step).map(RunProgress::document);
  }

  private static Map<String, Object> document(Step step) {
    var document = new LinkedHashMap<String, Object>();
    document.put("work", step.work);
    document.put("done", step.done);
    document.put("total", step.total);
    var seconds = (step.at - step.began) / NANOS;
    if (seconds > 0 && step.done > 0) {
      var perSecond = step.done / seconds;
      document.put("perSecond", Math.round(perSecond));
      document.put("remainingSeconds", Math.round((step.total - step.done) / perSecond));
    }
    return document;
  }
}
