package onceward.messaging.retention;

import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.context.event.StartupEvent;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.TaskScheduler;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import onceward.messaging.retention.Retained.Outcome;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs retention once before there is traffic, and then at an interval, in each instance of a
 * service; instances take turns. A run that fails stops nothing: health, metrics and log show it. A
 * run that gave way to another transaction is tried again in {@value #TRY_AGAIN_S} s, at most
 * {@value #TRIES_AGAIN_MAX} times; then the next run tries.
 *
 * <p>Safe for use by many threads.
 */
@Singleton
@Requires(bean = Retention.class)
final class Maintenance implements ApplicationEventListener<StartupEvent> {

  private static final Logger log = LoggerFactory.getLogger(Maintenance.class);

  /** Each try stops those who write for 100 ms at most, and they have caught up by the next. */
  private static final int TRY_AGAIN_S = 5;

  private static final int TRIES_AGAIN_MAX = 10;

  private final Retention retention;
  private final RetentionConfiguration configuration;
  private final TaskScheduler scheduler;
  private final @Nullable RetentionMeters meters;
  private final Map<Table, Retained> last = new ConcurrentHashMap<>();

  /** The next try on each table, while there is one. */
  private final Map<Table, ScheduledFuture<?>> tries = new ConcurrentHashMap<>();

  private volatile @Nullable ScheduledFuture<?> running;
  private volatile boolean stopped;

  Maintenance(
      Retention retention,
      RetentionConfiguration configuration,
      @Named(TaskExecutors.SCHEDULED) TaskScheduler scheduler,
      @Nullable RetentionMeters meters) {
    this.retention = retention;
    this.configuration = configuration;
    this.scheduler = scheduler;
    this.meters = meters;
  }

  /** The migrations have run by now, and no request or message has come yet. */
  @Override
  public void onApplicationEvent(StartupEvent started) {
    run();
    var every = configuration.every();
    running = scheduler.scheduleWithFixedDelay(every, every, this::run);
  }

  @PreDestroy
  void stop() {
    var current = running;
    stopped = true;
    if (current != null) {
      current.cancel(false);
    }
    tries.values().forEach(later -> later.cancel(false));
  }

  /** Makes and drops the partitions that are due. Does not throw. */
  private void run() {
    for (var table : Table.values()) {
      var retained = run(table);
      tell(retained);
      if (retained.outcome() == Outcome.TIMED_OUT && !tries.containsKey(table)) {
        tryAgainLater(table, TRIES_AGAIN_MAX);
      }
    }
  }

  private void tryAgainLater(Table table, int left) {
    if (left == 0 || stopped) {
      tries.remove(table);
      return;
    }
    tries.put(
        table,
        scheduler.schedule(Duration.ofSeconds(TRY_AGAIN_S), () -> tryAgain(table, left - 1)));
  }

  private void tryAgain(Table table, int left) {
    var retained = run(table);
    if (retained.outcome() == Outcome.TIMED_OUT) {
      // The run has told it.
      tryAgainLater(table, left);
    } else {
      tries.remove(table);
      tell(retained);
    }
  }

  /** The result of the last run on each table; empty before the first. */
  Map<Table, Retained> last() {
    return last.isEmpty() ? Map.of() : new EnumMap<>(last);
  }

  private Retained run(Table table) {
    var retained = retain(table);
    // An instance that gave way has not looked: what it found before still counts.
    var known = retained.outcome() == Outcome.BUSY ? last.getOrDefault(table, retained) : retained;
    last.put(table, known);
    if (meters != null) {
      meters.record(retained.outcome(), known);
    }
    return retained;
  }

  // A scheduled task that throws is not run again.
  private Retained retain(Table table) {
    try {
      return retention.retain(table);
    } catch (Exception failure) {
      log.debug("retention of the {} failed", table, failure);
      return Retained.failed(
          table,
          "%s: retention failed; check that the database answers and that its migrations have run: %s"
              .formatted(table, firstLine(failure)));
    }
  }

  /**
   * The first line of the cause is the database's own; later lines quote functions of the library.
   */
  private static String firstLine(Throwable failure) {
    var cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
  }

  private static void tell(Retained retained) {
    if (!retained.trouble().isEmpty()) {
      log.warn("Retention needs an operator: {}", String.join("; ", retained.trouble()));
    }
    if (retained.outcome() == Outcome.TIMED_OUT) {
      log.info(
          "Retention of the {} gave way to another transaction; tries again in {} s, at most {} times, then with the next run",
          retained.table(),
          TRY_AGAIN_S,
          TRIES_AGAIN_MAX);
    }
    if (!retained.made().isEmpty() || !retained.dropped().isEmpty()) {
      log.info("Partitions made: {}, dropped: {}", retained.made(), retained.dropped());
    }
  }
}
