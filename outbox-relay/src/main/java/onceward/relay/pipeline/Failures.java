package onceward.relay.pipeline;

import java.util.Optional;
import onceward.relay.capture.CaptureException;
import onceward.relay.capture.UnreadableRowException;
import onceward.relay.publish.FencedException;
import onceward.relay.publish.KafkaAwayException;
import onceward.relay.publish.MessageRefusedException;
import onceward.relay.publish.PublishException;
import onceward.relay.quarantine.KeyReleasedException;
import onceward.relay.quarantine.ReleaseRefusedException;
import onceward.relay.quarantine.SlotLostException;
import onceward.relay.settings.InvalidConfigurationException;
import onceward.relay.source.DatabaseException;
import onceward.relay.stop.Poison;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StopReason;
import onceward.relay.stop.StoppedException;

/** Tells what time may mend from what somebody must. */
final class Failures {

  private static final String QUARANTINE = "infra/onceward relay quarantine ";

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

  /** Its message says all; others need their stack trace. */
  static boolean isForeseen(Throwable failure) {
    return failure instanceof CaptureException
        || failure instanceof InvalidConfigurationException
        || failure instanceof DatabaseException
        || failure instanceof PublishException
        || failure instanceof FencedException
        || failure instanceof KafkaAwayException
        || failure instanceof StalledException
        || failure instanceof PublicationChangedException
        || failure instanceof KeyReleasedException
        || failure instanceof SlotLostException
        || failure instanceof ReleaseRefusedException;
  }
}
