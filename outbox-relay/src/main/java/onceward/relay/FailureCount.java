package onceward.relay;

import java.io.IOException;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import onceward.messaging.RootCause;
import onceward.relay.capture.CaptureException;
import onceward.relay.database.DatabaseException;
import onceward.relay.database.KeyReleasedException;
import onceward.relay.database.SlotLostException;
import onceward.relay.database.SqlFailures;
import onceward.relay.park.ReleaseRefusedException;
import onceward.relay.publish.FencedException;
import onceward.relay.publish.KafkaAwayException;
import onceward.relay.publish.PublishException;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StopReason;
import org.jspecify.annotations.Nullable;

/**
 * Counts how often a pipeline has failed in the same way without getting any further. Trying again
 * does not mend that, whatever it is; so after {@link #MAX} times it is a stop, with a name.
 *
 * <p>What time mends is not counted: a server that does not answer, a connection that breaks, a
 * stall, a password file that is being exchanged. It does not end the count either, for it says
 * nothing of what failed before. Not thread-safe.
 */
final class FailureCount {

  /** With the waits in between, that is most of a minute. */
  static final int MAX = 10;

  /** Debezium tells it in a text alone when it cannot connect. */
  private static final Set<String> NO_CONNECTION =
      Set.of("Error while validating connector config", "onnection validation");

  private @Nullable String way;
  private Instant since = Instant.EPOCH;
  private int count;

  /** What failed has been passed, or somebody has done something about it. */
  void end() {
    way = null;
    count = 0;
  }

  /**
   * A pipeline failed once more.
   *
   * @param place up to where it has come, for people
   * @return the stop, at the last of so many times
   */
  Optional<Stop> failed(String pipeline, Throwable failure, String place, Instant now) {
    if (isPassing(failure)) {
      return Optional.empty();
    }
    var next = way(failure);
    if (!Objects.equals(next, way)) {
      way = next;
      since = now;
      count = 0;
    }
    count++;
    if (count < MAX) {
      return Optional.empty();
    }
    var stop =
        new Stop(
            StopReason.FAILS_REPEATEDLY,
            "failed %d times since %s at the same place, %s: %s (%s)"
                .formatted(count, since, place, RootCause.tell(failure), next),
            "infra/onceward relay resume " + pipeline);
    end();
    return Optional.of(stop);
  }

  private static boolean isPassing(Throwable failure) {
    return switch (failure) {
      case KafkaAwayException _,
          PublishException _,
          FencedException _,
          StalledException _,
          InvalidConfigurationException _,
          SlotLostException _,
          KeyReleasedException _,
          ReleaseRefusedException _ ->
          true;
      case DatabaseException _ -> causes(failure).noneMatch(SqlFailures::isLasting);
      case CaptureException _ -> failure.getCause() == null || isOfConnection(failure);
      default -> isOfConnection(failure);
    };
  }

  private static boolean isOfConnection(Throwable failure) {
    return causes(failure)
        .anyMatch(cause ->
            cause instanceof IOException
                || SqlFailures.isPassing(cause)
                || NO_CONNECTION.stream().anyMatch(String.valueOf(cause.getMessage())::contains));
  }

  /** By what, and where: texts differ from time to time. */
  private static String way(Throwable failure) {
    var root = causes(failure).reduce(failure, (_, deeper) -> deeper);
    var trace = root.getStackTrace();
    var name = root.getClass().getSimpleName();
    return trace.length == 0
        ? name
        : "%s at %s.%s"
            .formatted(
                name,
                trace[0].getClassName().substring(trace[0].getClassName().lastIndexOf('.') + 1),
                trace[0].getMethodName());
  }

  /** From the outside to the inside; a chain that is no longer than any that means something. */
  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.<Throwable>iterate(failure, Objects::nonNull, Throwable::getCause).limit(50);
  }
}
