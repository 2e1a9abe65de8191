package onceward.messaging.deadletter.job;

import io.micronaut.context.annotation.Requires;
import io.micronaut.scheduling.annotation.Scheduled;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import onceward.messaging.deadletter.DeadLetterOffice;
import onceward.messaging.handling.FailureKinds;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works on jobs in this process, one at a time. Looks every second for a job that nobody works on,
 * and takes it with a lease of 5 s, which it renews every second as long as it works. When a
 * process ends, another takes its job when the lease is over, and goes on with the letter in hand.
 *
 * <p>{@link #look} is called by one thread at a time.
 */
@Singleton
@Requires(beans = {DeadLetterOffice.class, JobRows.class})
final class JobWorker {

  private static final Logger log = LoggerFactory.getLogger(JobWorker.class);

  private static final String LEASE = "5 s";
  private static final Duration STOP_WAIT = Duration.ofSeconds(5);
  private static final ThreadFactory VIRTUAL =
      Thread.ofVirtual().name("dead letters ", 0).factory();

  private final JobRows rows;
  private final DeadLetterOffice office;
  private final UUID owner = UUID.randomUUID();
  private final AtomicBoolean working = new AtomicBoolean();
  private final AtomicReference<@Nullable UUID> current = new AtomicReference<>();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private volatile @Nullable Thread thread;

  JobWorker(JobRows rows, DeadLetterOffice office) {
    this.rows = rows;
    this.office = office;
  }

  /** Takes a job if there is one, or keeps the job in hand. */
  @Scheduled(initialDelay = "1s", fixedDelay = "1s")
  void look() {
    try {
      var job = current.get();
      if (job != null) {
        rows.renew(job, owner, LEASE);
      } else if (!isStopping() && working.compareAndSet(false, true)) {
        takeOne();
      }
    } catch (RuntimeException notNow) {
      log.debug("could not look for jobs", notNow);
    }
  }

  private void takeOne() {
    try {
      var taken = rows.take(owner, LEASE);
      if (taken.isPresent()) {
        current.set(taken.get());
        var worker = VIRTUAL.newThread(() -> work(taken.get()));
        thread = worker;
        worker.start();
        return;
      }
    } catch (RuntimeException notNow) {
      log.debug("could not take a job", notNow);
    }
    working.set(false);
  }

  private void work(UUID id) {
    try {
      rows.find(id)
          .ifPresent(job -> {
            log.info(
                "works on job {}: {} {} dead letters ({}), for {}",
                id,
                job.action().text(),
                job.total(),
                job.selection(),
                job.operator());
            new JobRun(job, rows, office, this::goesOn, this::pause).run();
          });
    } catch (Throwable failure) {
      log.warn(
          "stops working on job {}, tries again when its lease of {} is over: {}",
          id,
          LEASE,
          FailureKinds.describe(failure));
    } finally {
      current.set(null);
      working.set(false);
    }
  }

  private boolean goesOn(UUID job) {
    return !isStopping() && rows.renew(job, owner, LEASE);
  }

  private boolean isStopping() {
    return stopping.getCount() == 0;
  }

  private void pause(Duration wait) {
    try {
      var _ = stopping.await(wait.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      stopping.countDown();
    }
  }

  /** Lets the letter in hand come to its end, and leaves the job to another process at once. */
  @PreDestroy
  void stop() throws InterruptedException {
    stopping.countDown();
    var worker = thread;
    if (worker == null || !worker.join(STOP_WAIT)) {
      return;
    }
    try {
      rows.letGo(owner);
    } catch (RuntimeException away) {
      log.debug("the lease of the job ends by itself", away);
    }
  }
}
