package onceward.auth.password;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The threads that hash. They are platform threads, fewer than the cores: a hash never yields, and
 * on virtual threads hashes would keep all other requests from the cores. Their priority is low: a
 * login may wait, and a flood of logins is to cost nobody else the processor.
 *
 * <p>A caller takes a place before it does anything for its request, so that a refusal costs next
 * to nothing. Thread-safe.
 */
final class HashingThreads implements AutoCloseable {

  private final Semaphore places;
  private final ThreadPoolExecutor threads;
  private final Duration waitMax;

  /**
   * Starts the threads: the first caller does not wait until they are ready.
   *
   * @param lowerPriority run by each thread before all else; says why it could do nothing, if so
   * @param notLowered told so, once
   */
  HashingThreads(
      int count,
      int queueMax,
      Duration waitMax,
      Supplier<Optional<String>> lowerPriority,
      Consumer<String> notLowered) {
    this.places = new Semaphore(count + queueMax);
    this.waitMax = waitMax;
    this.threads =
        new ThreadPoolExecutor(
            count,
            count,
            0,
            TimeUnit.MILLISECONDS,
            new ArrayBlockingQueue<>(count + queueMax),
            yielding(lowerPriority, notLowered));
    threads.prestartAllCoreThreads();
  }

  private static ThreadFactory yielding(
      Supplier<Optional<String>> lowerPriority, Consumer<String> notLowered) {
    var told = new AtomicBoolean();
    var factory = Thread.ofPlatform().name("password-hash-", 0).daemon().factory();
    return work ->
        factory.newThread(() -> {
          lowerPriority.get().filter(_ -> told.compareAndSet(false, true)).ifPresent(notLowered);
          work.run();
        });
  }

  /** The most threads that leave a core to everything else, and at least one. */
  static int countMax() {
    return Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
  }

  /**
   * Takes one of the places, which are as many as the threads and the queue together.
   *
   * @throws TooBusyException at once if none is free
   */
  Runnable takePlace() {
    if (!places.tryAcquire()) {
      throw new TooBusyException();
    }
    return places::release;
  }

  /**
   * Computes on one of the threads. The caller has a place.
   *
   * @throws TooBusyException if the result is not there in time
   */
  <T> T compute(Callable<T> hashing) {
    var task = new FutureTask<>(hashing);
    try {
      threads.execute(task);
      return task.get(waitMax.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | RejectedExecutionException late) {
      throw new TooBusyException();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new TooBusyException();
    } catch (ExecutionException failure) {
      throw new IllegalStateException("a password was not hashed", failure.getCause());
    } finally {
      // Nobody waits for it any more: it must not take the time of those who still wait.
      task.cancel(false);
      var _ = threads.remove(task);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
