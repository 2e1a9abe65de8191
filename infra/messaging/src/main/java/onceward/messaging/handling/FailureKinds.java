package onceward.messaging.handling;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micronaut.json.JsonSyntaxException;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.io.UnsupportedEncodingException;
import java.net.MalformedURLException;
import java.nio.charset.CharacterCodingException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.zip.ZipException;
import onceward.messaging.DatabaseTrouble;
import onceward.messaging.MalformedRecordException;
import onceward.messaging.MessageStoreException;
import onceward.messaging.kafka.ClientPropertiesException;
import onceward.messaging.subscription.TransientFailureException;
import org.jspecify.annotations.Nullable;

/**
 * Says whether a failure is transient, and describes a failure for logs, health and dead letters by
 * its kind and place. The words of foreign exceptions stay out: they quote values, and values are
 * personal data.
 */
public final class FailureKinds {

  private static final int CAUSES_MAX = 8;
  private static final int DIGEST_BYTES = 8;

  /**
   * Content that cannot be read will not be readable later, although these are I/O failures by
   * their type. By their names: the library does without those who throw them.
   */
  private static final Set<String> OF_CONTENT =
      Set.of(
          "io.micronaut.serde.exceptions.SerdeException",
          "com.fasterxml.jackson.core.JacksonException");

  private FailureKinds() {}

  /** Whether time may mend the failure, so that the message is tried again without end. */
  public static boolean isTransient(Throwable failure) {
    return causes(failure).stream().anyMatch(FailureKinds::isTransientItself);
  }

  private static boolean isTransientItself(Throwable failure) {
    return switch (failure) {
      case CharacterCodingException _, UTFDataFormatException _, ZipException _ -> false;
      case MalformedURLException _, UnsupportedEncodingException _, JsonSyntaxException _ -> false;
      case IOException content when isOfAny(content.getClass(), OF_CONTENT) -> false;
      case TransientFailureException _, IOException _, TimeoutException _ -> true;
      case InterruptedException _ -> true;
      // A stack overflow is the message's, the rest of its kind is the machine's.
      case StackOverflowError _ -> false;
      case VirtualMachineError _ -> true;
      default -> DatabaseTrouble.is(failure);
    };
  }

  private static boolean isOfAny(Class<?> kind, Set<String> names) {
    for (Class<?> each = kind; each != null; each = each.getSuperclass()) {
      if (names.contains(each.getName())) {
        return true;
      }
    }
    return false;
  }

  /** The kinds of the exceptions and the place; the words only of the library's own exceptions. */
  public static String describe(Throwable failure) {
    return String.join(" caused by ", causes(failure).stream().map(FailureKinds::kind).toList());
  }

  private static String kind(Throwable failure) {
    return switch (failure) {
      case ClientPropertiesException ours -> String.valueOf(ours.getMessage());
      case MessageStoreException ours -> String.valueOf(ours.getMessage());
      case MalformedRecordException ours -> String.valueOf(ours.getMessage());
      case RefusedException ours -> String.valueOf(ours.getMessage());
      case KilledProcessException ours -> String.valueOf(ours.getMessage());
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

  /**
   * The same text for failures at the same place: of the service's own frames, without line
   * numbers, so that neither a new release of the service nor one of a library changes the text.
   */
  public static String digest(Throwable failure) {
    var sha256 = sha256();
    for (var cause : causes(failure)) {
      sha256.update(cause.getClass().getName().getBytes(UTF_8));
      OwnFrames.of(cause).forEach(place -> sha256.update(place.getBytes(UTF_8)));
    }
    return HexFormat.of().formatHex(sha256.digest(), 0, DIGEST_BYTES);
  }

  /**
   * The failure with its words, at most 8,000 characters; null if the failure cannot be printed.
   * May quote the payload.
   */
  public static @Nullable String print(Throwable failure) {
    return PrintedStack.of(causes(failure));
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
