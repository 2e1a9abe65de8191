package onceward.messaging.testkit.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Transactions in memory: what is to happen at the commit, and what when it is over. */
final class MemoryStore implements Transactions {

  /** An open transaction. */
  static final class Open {

    final List<Runnable> atCommit = new ArrayList<>();
    final List<Runnable> atEnd = new ArrayList<>();
  }

  private static final ThreadLocal<@Nullable Open> CURRENT = new ThreadLocal<>();

  @Nullable Open current() {
    return CURRENT.get();
  }

  @Override
  public <T> T run(Callable<T> work) {
    var transaction = new Open();
    CURRENT.set(transaction);
    try {
      var result = work.call();
      transaction.atCommit.forEach(Runnable::run);
      return result;
    } catch (RuntimeException failed) {
      throw failed;
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    } finally {
      CURRENT.remove();
      transaction.atEnd.forEach(Runnable::run);
    }
  }
}
