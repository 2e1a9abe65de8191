package onceward.messaging;

import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells a database in trouble, which time may mend, from a database that refuses a statement for
 * good.
 */
public final class DatabaseTrouble {

  private static final int CAUSES_MAX = 8;

  /**
   * Classes of SQLState that time may mend (PostgreSQL, appendix A): connection, transaction
   * rollback, resources, object state such as a lock not available, operator intervention, system.
   */
  private static final Set<String> CLASSES = Set.of("08", "40", "53", "55", "57", "58");

  /**
   * Single states of other classes that concern the connection and not the statement: a transaction
   * that the server ended because it took too long; a server that has become a standby; prepared
   * statements and cursors that are missing or there already, because a pooler has changed the
   * connection under the driver.
   */
  private static final Set<String> STATES =
      Set.of("25006", "25P03", "25P04", "26000", "34000", "42P05");

  /** The connection pool's exception for a connection that it has given up has no state. */
  private static final String CLOSED = "Connection is closed";

  private DatabaseTrouble() {}

  /** Whether such trouble is among the causes of a failure, as far as eight deep. */
  public static boolean isCauseOf(Throwable failure) {
    var depth = 0;
    for (Throwable cause = failure; cause != null && depth < CAUSES_MAX; cause = cause.getCause()) {
      if (is(cause)) {
        return true;
      }
      depth++;
    }
    return false;
  }

  /** Whether the failure itself is such trouble, whatever its causes are. */
  public static boolean is(Throwable failure) {
    return switch (failure) {
      case SQLTransientException _, SQLRecoverableException _ -> true;
      case SQLException sql ->
          isState(sql.getSQLState())
              || (sql.getSQLState() == null && CLOSED.equals(sql.getMessage()));
      case MessageStoreException ours -> isState(ours.sqlState());
      default -> false;
    };
  }

  private static boolean isState(@Nullable String sqlState) {
    return sqlState != null
        && sqlState.length() == 5
        && (CLASSES.contains(sqlState.substring(0, 2)) || STATES.contains(sqlState));
  }
}
