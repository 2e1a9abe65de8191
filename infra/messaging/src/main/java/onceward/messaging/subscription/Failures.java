package onceward.messaging.subscription;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import onceward.messaging.DatabaseTrouble;
import onceward.messaging.MalformedRecordException;
import onceward.messaging.MessageStoreException;
import onceward.messaging.deadletter.Failure;
import onceward.messaging.deadletter.Reason;
import onceward.messaging.kafka.ClientPropertiesException;

/**
 * What a failure is taken for, and what may be told of it in logs, health and dead letters: its
 * kind, not its words. Messages of foreign exceptions quote values, and values are personal data.
 */
final class Failures {

  private static final int CAUSES_MAX = 8;
  private static final int FRAMES_MAX = 12;
  private static final int DIGEST_BYTES = 8;

  private Failures() {}

  /** Whether waiting may mend it, so that the message is tried again without end. */
  static boolean isTransient(Throwable failure) {
    return causes(failure).stream().anyMatch(Failures::isTransientItself);
  }

  private static boolean isTransientItself(Throwable failure) {
    return switch (failure) {
      case TransientFailureException _, IOException _, TimeoutException _ -> true;
      case InterruptedException _ -> true;
      // A stack overflow is the message's, the rest of its kind is the machine's.
      case StackOverflowError _ -> false;
      case VirtualMachineError _ -> true;
      default -> DatabaseTrouble.is(failure);
    };
  }

  /**
   * The reason to give up a message after one attempt: no further attempt would change anything.
   * Empty for a failure that another attempt may not have.
   */
  static Optional<Reason> lasting(Throwable failure) {
    return switch (failure) {
      case RefusedException refused ->
          Optional.of(
              switch (refused.refusal()) {
                case TOO_EARLY -> Reason.VERSION_GAP;
                case TOO_OLD -> Reason.OLDER_THAN_INBOX;
              });
      case MalformedRecordException _, UnreadablePayloadException _ ->
          Optional.of(Reason.MALFORMED);
      default -> Optional.empty();
    };
  }

  /** What a dead letter says of a failure that is not transient. */
  static Failure giveUp(Throwable failure, int attempts) {
    return describe(failure, lasting(failure).orElse(Reason.POISON), attempts);
  }

  /** What a dead letter says of a failure. */
  static Failure describe(Throwable failure, Reason reason, int attempts) {
    return new Failure(
        reason, describe(failure), digest(failure), attempts, PrintedStack.of(causes(failure)));
  }

  static String describe(Throwable failure) {
    return String.join(" caused by ", causes(failure).stream().map(Failures::kind).toList());
  }

  private static String kind(Throwable failure) {
    return switch (failure) {
      case ClientPropertiesException ours -> String.valueOf(ours.getMessage());
      case MessageStoreException ours -> String.valueOf(ours.getMessage());
      case MalformedRecordException ours -> String.valueOf(ours.getMessage());
      case RefusedException ours -> String.valueOf(ours.getMessage());
      case UnreadablePayloadException ours -> String.valueOf(ours.getMessage());
      case TransientFailureException ours -> String.valueOf(ours.getMessage());
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

  /** Without lines, so that it survives a release; the topmost frames, where failures differ. */
  private static String digest(Throwable failure) {
    var sha256 = sha256();
    for (var cause : causes(failure)) {
      sha256.update(cause.getClass().getName().getBytes(UTF_8));
      var stack = cause.getStackTrace();
      for (var frame = 0; frame < Math.min(stack.length, FRAMES_MAX); frame++) {
        sha256.update(stack[frame].getClassName().getBytes(UTF_8));
        sha256.update(stack[frame].getMethodName().getBytes(UTF_8));
      }
    }
    return HexFormat.of().formatHex(sha256.digest(), 0, DIGEST_BYTES);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException everyPlatformHasIt) {
      throw new IllegalStateException(everyPlatformHasIt);
    }
  }

  private static List<Throwable> causes(Throwable failure) {
    var causes = new ArrayList<Throwable>();
    for (Throwable cause = failure;
        cause != null && causes.size() < CAUSES_MAX;
        cause = cause.getCause()) {
      causes.add(cause);
    }
    return causes;
  }
}
