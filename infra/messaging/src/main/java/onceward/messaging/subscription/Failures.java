package onceward.messaging.subscription;

import java.sql.SQLException;
import onceward.messaging.MalformedRecordException;
import onceward.messaging.MessageStoreException;

/**
 * What may be told of a failure in logs and health: its kind, not its words. Messages of foreign
 * exceptions quote values, and values are personal data.
 */
final class Failures {

  private static final int CAUSES_MAX = 5;

  private Failures() {}

  static String describe(Throwable failure) {
    var description = new StringBuilder(kind(failure));
    var cause = failure.getCause();
    for (var depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
      description.append(" caused by ").append(kind(cause));
      cause = cause.getCause();
    }
    return description.toString();
  }

  private static String kind(Throwable failure) {
    return switch (failure) {
      case MessageStoreException ours -> String.valueOf(ours.getMessage());
      case MalformedRecordException ours -> String.valueOf(ours.getMessage());
      case SQLException sql ->
          sql.getClass().getSimpleName() + " (SQLState " + sql.getSQLState() + ")";
      default -> failure.getClass().getSimpleName() + at(failure);
    };
  }

  private static String at(Throwable failure) {
    var stack = failure.getStackTrace();
    return stack.length == 0
        ? ""
        : " at " + stack[0].getClassName() + ":" + stack[0].getLineNumber();
  }
}
