package onceward.messaging.job;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import onceward.messaging.handling.FailureKinds;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works on the jobs of one kind in this process, one at a time. Whoever owns the worker calls
 * {@link #look} every second: it takes a job that nobody works on with a lease of 5 s, and renews
 * the lease as long as the work goes on. When a process ends, another takes its job when the lease
 * is over.
 *
 * <p>The lease keeps two processes from working on one job as long as each notices in time that its
 * lease is over. The work itself has to be right also when one does not notice.
 *
 * <p>{@link #look} is called by one thread at a time; {@link #stop} by any.
 */
public final class LeasedWorker {

  private static final Logger log = LoggerFactory.getLogger(LeasedWorker.class);

  private static final String LEASE = "5 s";
  private static final Duration STOP_WAIT = Duration.ofSeconds(5);

  private final String name;
  private final Jobs jobs;
  private final Work work;
  private final UUID owner = UUID.randomUUID();
  private final AtomicBoolean working = new AtomicBoolean();
  private final AtomicReference<@Nullable UUID> current = new AtomicReference<>();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private volatile @Nullable Thread thread;

  /** The jobs of one kind, in a database that all instances of the service share. */
  public interface Jobs {

    /** The oldest job that nobody works on, which from now on is this owner's; empty if none is. */
    Optional<UUID> take(UUID owner, String lease);

    /** Keeps the job longer; false if it is no longer this owner's, or no longer runs. */
    boolean renew(UUID job, UUID owner, String lease);

    /** Leaves the owner's jobs to whoever looks next. */
    void letGo(UUID owner);
  }

  /** What is done with a job. A failure ends the stretch; the job is taken again within seconds. */
  public interface Work {

    /** Works on the job until it ends or {@link Lease#goesOn} says no. */
    void run(UUID job, Lease lease);
  }

  /** That a job is this process's. */
  public interface Lease {

    /** Whether the job is still this process's and runs. Asks the database. */
    boolean goesOn();

    /** Waits, and returns earlier when the process ends. */
    void pause(Duration wait);

    /** Who has the lease, as the rows of the jobs name it. */
    UUID owner();
  }

  /**
   * A worker that has not looked yet.
   *
   * @param name of its threads and in its log lines
   */
  public LeasedWorker(String name, Jobs jobs, Work work) {
    this.name = name;
    this.jobs = jobs;
    this.work = work;
  }

  /** Takes a job if there is one, or keeps the job in hand. Does not throw. */
  public void look() {
    try {
      var job = current.get();
      if (job != null) {
        jobs.renew(job, owner, LEASE);
      } else if (!isStopping() && working.compareAndSet(false, true)) {
        takeOne();
      }
    } catch (RuntimeException notNow) {
      log.debug("{}: could not look for jobs", name, notNow);
    }
  }

  private void takeOne() {
    try {
      var taken = jobs.take(owner, LEASE);
      if (taken.isPresent()) {
        current.set(taken.get());
        thread = Thread.ofVirtual().name(name).start(() -> work(taken.get()));
        return;
      }
    } catch (RuntimeException notNow) {
      log.debug("{}: could not take a job", name, notNow);
    }
    working.set(false);
  }

  private void work(UUID job) {
    try {
      work.run(job, new HeldLease(job));
    } catch (Throwable failure) {
      log.warn(
          "{}: stops working on {}, tries again within seconds: {}",
          name,
          job,
          FailureKinds.describe(failure));
    } finally {
      current.set(null);
      working.set(false);
    }
  }

  private boolean isStopping() {
    return stopping.getCount() == 0;
  }

  /** Lets the message in hand come to its end, and leaves the job to another process at once. */
  public void stop() throws InterruptedException {
    stopping.countDown();
    var worker = thread;
    if (worker == null || !worker.join(STOP_WAIT)) {
      return;
    }
    try {
      jobs.letGo(owner);
    } catch (RuntimeException away) {
      log.debug("{}: the lease of the job ends by itself", name, away);
    }
  }

  private final class HeldLease implements Lease {

    private final UUID job;

    HeldLease(UUID job) {
      this.job = job;
    }

    @Override
    public boolean goesOn() {
      return !isStopping() && jobs.renew(job, owner, LEASE);
    }

    @Override
    public UUID owner() {
      return owner;
    }

    @Override
    public void pause(Duration wait) {
      try {
        var _ = stopping.await(wait.toNanos(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        stopping.countDown();
      }
    }
  }
}
