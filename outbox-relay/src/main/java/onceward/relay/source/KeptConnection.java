package onceward.relay.source;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One connection for a question that is asked again and again: a connection costs the server a
 * process and both sides a login. A connection that fails, or is too old, is closed; the next
 * question opens another. Not thread-safe.
 */
final class KeptConnection implements AutoCloseable {

  private final Opener opener;
  private final Duration ageMax;
  private @Nullable Connection kept;
  private long openedAt;

  /**
   * @param ageMax after which another connection is opened
   */
  KeptConnection(Opener opener, Duration ageMax) {
    this.opener = opener;
    this.ageMax = ageMax;
  }

  /** Opens a connection. */
  @FunctionalInterface
  interface Opener {
    Connection open() throws SQLException;
  }

  /** What is asked. */
  @FunctionalInterface
  interface Question<T> {
    T over(Connection connection) throws SQLException;
  }

  /**
   * @throws SQLException if the database does not answer; the question is not asked again
   */
  <T> T ask(Question<T> question) throws SQLException {
    try {
      return question.over(open());
    } catch (SQLException | RuntimeException failed) {
      close();
      throw failed;
    }
  }

  private Connection open() throws SQLException {
    if (kept != null && System.nanoTime() - openedAt > ageMax.toNanos()) {
      close();
    }
    var open = kept;
    if (open == null) {
      open = opener.open();
      kept = open;
      openedAt = System.nanoTime();
    }
    return open;
  }

  @Override
  public void close() {
    try (var _ = kept) {
      kept = null;
    } catch (SQLException gone) {
      // It is closed all the same.
    }
  }
}
