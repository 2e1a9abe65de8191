package onceward.relay.pipeline;

import java.io.IOException;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import onceward.messaging.RootCause;
import onceward.relay.capture.CaptureException;
import onceward.relay.publish.FencedException;
import onceward.relay.publish.KafkaAwayException;
import onceward.relay.publish.PublishException;
import onceward.relay.quarantine.KeyReleasedException;
import onceward.relay.quarantine.ReleaseRefusedException;
import onceward.relay.quarantine.SlotLostException;
import onceward.relay.settings.InvalidConfigurationException;
import onceward.relay.source.DatabaseException;
import onceward.relay.source.SqlFailures;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StopReason;
import org.jspecify.annotations.Nullable;

/**
 * How often a pipeline has failed in one way without getting any further. A new start does not mend
 * such a failure; so after {@link #MAX} times the pipeline is stopped.
 *
 * <p>Failures that time mends are not counted: a server that does not answer, a connection that
 * breaks, a stall, a password file that is being exchanged. They do not end the count either, for
 * they say nothing of the failure before them.
 *
 * @param way by which exception, and where; texts differ from time to time
 * @param since when the pipeline failed so for the first time
 */
record RepeatedFailure(String way, Instant since, int count) {

  /** With the waits in between, most of a minute. */
  static final int MAX = 10;

  /** Debezium reports in a text alone that it cannot connect. */
  private static final Set<String> NO_CONNECTION =
      Set.of("Error while validating connector config", "onnection validation");

  /**
   * The count after one more failure.
   *
   * @param before the count until then; null if there is none
   */
  static @Nullable RepeatedFailure after(
      @Nullable RepeatedFailure before, Throwable failure, Instant now) {
    if (isPassing(failure)) {
      return before;
    }
    var way = way(failure);
    return before != null && before.way.equals(way)
        ? new RepeatedFailure(way, before.since, before.count + 1)
        : new RepeatedFailure(way, now, 1);
  }

  /** Whether one of these failures is to be a stop. */
  boolean isLasting() {
    return count >= MAX;
  }

  /**
   * @param place up to where everything is published, for people
   */
  Stop stop(String pipeline, Throwable failure, String place) {
    return new Stop(
        StopReason.FAILS_REPEATEDLY,
        "failed %d times since %s at the same place, %s: %s (%s)"
            .formatted(count, since, place, RootCause.tell(failure), way),
        "infra/onceward relay resume " + pipeline);
  }

  private static boolean isPassing(Throwable failure) {
    return switch (failure) {
      case KafkaAwayException _,
          PublishException _,
          FencedException _,
          StalledException _,
          NoAnswerException _,
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
