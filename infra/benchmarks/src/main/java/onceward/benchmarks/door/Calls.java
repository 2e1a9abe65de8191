package onceward.benchmarks.door;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/**
 * Calls at a constant rate, whatever became of the calls before: each is due at its time, and its
 * time runs from then.
 */
final class Calls {

  private static final long NANOS_IN_S = 1_000_000_000L;

  private Calls() {}

  /** One call: who makes it, and what. */
  record Call(HttpClient caller, HttpRequest request) {}

  /** Returns when the last call has ended. */
  static Tally make(int perSecond, int seconds, IntFunction<Call> calls) {
    var tally = new Tally();
    var start = System.nanoTime();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var i = 0; i < perSecond * seconds; i++) {
        var due = start + i * NANOS_IN_S / perSecond;
        var call = calls.apply(i);
        sleepUntil(due);
        threads.execute(() -> tally.add(end(call), System.nanoTime() - due));
      }
    }
    return tally;
  }

  private static void sleepUntil(long due) {
    for (var left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private static String end(Call call) {
    try {
      var answer = call.caller().send(call.request(), BodyHandlers.discarding());
      return Integer.toString(answer.statusCode());
    } catch (IOException e) {
      return e.getClass().getSimpleName();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted";
    }
  }
}
