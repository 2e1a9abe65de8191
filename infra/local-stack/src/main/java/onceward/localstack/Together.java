package onceward.localstack;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Runs tasks at the same time, each on a virtual thread. A failure is reported after all tasks have
 * ended, so that none is half way. Used by one thread.
 */
final class Together {

  private static final Executor VIRTUAL = Thread.ofVirtual()::start;

  private final List<CompletableFuture<?>> tasks = new ArrayList<>();

  /** The supplier gives the result once {@link #join()} has returned. */
  <T> Supplier<T> start(Supplier<T> task) {
    CompletableFuture<T> result = CompletableFuture.supplyAsync(task, VIRTUAL);
    tasks.add(result);
    return result::join;
  }

  /** Waits for all tasks; throws the exception of the first that failed. */
  void join() {
    try {
      CompletableFuture.allOf(tasks.toArray(CompletableFuture[]::new)).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }
}
