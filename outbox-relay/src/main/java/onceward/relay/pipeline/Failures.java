package onceward.relay.pipeline;

import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import onceward.relay.capture.CaptureException;
import onceward.relay.capture.UnreadableRowException;
import onceward.relay.publish.FencedException;
import onceward.relay.publish.KafkaAwayException;
import onceward.relay.publish.MessageRefusedException;
import onceward.relay.publish.PublishException;
import onceward.relay.quarantine.KeyReleasedException;
import onceward.relay.quarantine.ReleaseRefusedException;
import onceward.relay.republish.RepublishRefusedException;
import onceward.relay.settings.InvalidConfigurationException;
import onceward.relay.source.DatabaseException;
import onceward.relay.source.SlotLostException;
import onceward.relay.source.SqlFailures;
import onceward.relay.stop.Poison;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StopReason;
import onceward.relay.stop.StoppedException;

/** Says of a failure who can mend it: time, or somebody; and whether its message says all. */
final class Failures {

  private static final String QUARANTINE = "infra/onceward relay quarantine ";

  /** Debezium reports in a text alone that it cannot connect. */
  private static final Set<String> NO_CONNECTION =
      Set.of("Error while validating connector config", "onnection validation");

  private Failures() {}

  /** Why a pipeline that failed so must stand still; empty if trying again may help. */
  static Optional<Stop> stop(Throwable failure, String pipeline) {
    return switch (failure) {
      case StoppedException stopped -> Optional.of(stopped.stop());
      case MessageRefusedException refused ->
          Optional.of(
              new Stop(
                      StopReason.MESSAGE_REFUSED,
                      String.valueOf(failure.getMessage()),
                      refused.isForEver()
                          ? QUARANTINE + refused.refused().id()
                          : "have Kafka take it, then run infra/onceward relay resume " + pipeline)
                  .at(refused.refused()));
      case UnreadableRowException unreadable ->
          Optional.of(
              new Stop(
                  StopReason.ROW_UNREADABLE,
                  String.valueOf(failure.getMessage()),
                  unreadable
                      .messageId()
                      .map(id -> QUARANTINE + id)
                      .orElse("pass over it, as infra/docs/runbook/row-unreadable.md says"),
                  unreadable
                      .messageId()
                      .map(id -> new Poison(id, null, String.valueOf(failure.getMessage())))
                      .orElse(null)));
      default -> Optional.empty();
    };
  }

  /**
   * Whether time may mend a failure: a server that does not answer, a connection that breaks, a
   * stall, a password file that is being exchanged. Such a failure says nothing about a message or
   * a row, however often it comes.
   */
  static boolean isPassing(Throwable failure) {
    return switch (failure) {
      case DatabaseException _ -> causes(failure).noneMatch(SqlFailures::isLasting);
      case CaptureException _ -> failure.getCause() == null || isOfConnection(failure);
      case PremisesChangedException _ -> false;
      default -> isForeseen(failure) || isOfConnection(failure);
    };
  }

  /** Whether the message of a failure says all; other failures need their stack trace. */
  static boolean isForeseen(Throwable failure) {
    return switch (failure) {
      case CaptureException _,
          DatabaseException _,
          FencedException _,
          InvalidConfigurationException _,
          KafkaAwayException _,
          KeyReleasedException _,
          LeftBehindException _,
          NoAnswerException _,
          PremisesChangedException _,
          PublishException _,
          ReleaseRefusedException _,
          RepublishRefusedException _,
          SlotHeldException _,
          SlotLostException _,
          StalledException _ ->
          true;
      default -> false;
    };
  }

  private static boolean isOfConnection(Throwable failure) {
    return causes(failure)
        .anyMatch(cause ->
            cause instanceof IOException
                || SqlFailures.isPassing(cause)
                || NO_CONNECTION.stream().anyMatch(String.valueOf(cause.getMessage())::contains));
  }

  /** From the outside to the inside; a chain that is no longer than any that means something. */
  static Stream<Throwable> causes(Throwable failure) {
    return Stream.<Throwable>iterate(failure, Objects::nonNull, Throwable::getCause).limit(50);
  }
}
