package onceward.relay.source;

import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells failures of PostgreSQL that pass from those that come again for the same request. */
public final class SqlFailures {

  /**
   * Of SQLSTATE: the connection, the login, a database that is not there now, a transaction to be
   * tried again, too little of something, a lock, an operator's word, the machine.
   */
  private static final Set<String> PASSING = Set.of("08", "28", "3D", "40", "53", "55", "57", "58");

  private SqlFailures() {}

  /** Whether it is a failure of PostgreSQL, and time may mend it. */
  public static boolean isPassing(Throwable failure) {
    return failure instanceof SQLException sql && passes(sql.getSQLState());
  }

  /** Whether it is an answer of PostgreSQL that the same request would be given again. */
  public static boolean isLasting(Throwable failure) {
    return failure instanceof SQLException sql && !passes(sql.getSQLState());
  }

  private static boolean passes(@Nullable String sqlState) {
    return sqlState == null || sqlState.length() < 2 || PASSING.contains(sqlState.substring(0, 2));
  }
}
