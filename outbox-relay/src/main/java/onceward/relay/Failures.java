package onceward.relay;

import java.util.Optional;
import onceward.relay.capture.CaptureException;
import onceward.relay.capture.UnreadableRowException;
import onceward.relay.database.DatabaseException;
import onceward.relay.publish.FencedException;
import onceward.relay.publish.KafkaAwayException;
import onceward.relay.publish.MessageRefusedException;
import onceward.relay.publish.PublishException;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StopReason;
import onceward.relay.stop.StoppedException;

/** Tells what time may mend from what somebody must. */
final class Failures {

  private Failures() {}

  /** Why a pipeline that failed so must stand still; empty if trying again may help. */
  static Optional<Stop> stop(Throwable failure, String pipeline) {
    var resume = "infra/onceward relay resume " + pipeline;
    return switch (failure) {
      case StoppedException stopped -> Optional.of(stopped.stop());
      case MessageRefusedException refused ->
          Optional.of(
              new Stop(
                  StopReason.MESSAGE_REFUSED,
                  String.valueOf(refused.getMessage()),
                  "have Kafka take it or pass over it, as infra/docs/runbook/message-refused.md says, then run "
                      + resume));
      case UnreadableRowException unreadable ->
          Optional.of(
              new Stop(
                  StopReason.ROW_UNREADABLE,
                  String.valueOf(unreadable.getMessage()),
                  "pass over it, as infra/docs/runbook/row-unreadable.md says, then run "
                      + resume));
      default -> Optional.empty();
    };
  }

  /** Its message says all; others need their stack trace. */
  static boolean isForeseen(Throwable failure) {
    return failure instanceof CaptureException
        || failure instanceof InvalidConfigurationException
        || failure instanceof DatabaseException
        || failure instanceof PublishException
        || failure instanceof FencedException
        || failure instanceof KafkaAwayException
        || failure instanceof StalledException
        || failure instanceof PublicationChangedException;
  }
}
