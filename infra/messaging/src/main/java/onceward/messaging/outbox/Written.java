package onceward.messaging.outbox;

import io.micronaut.json.JsonMapper;
import java.io.IOException;
import onceward.messaging.InvalidMessageException;
import onceward.messaging.MessageLimits;
import onceward.messaging.NewMessage;

/**
 * A message with its payload written as JSON, once, and found fit for the outbox.
 *
 * @param bytes of the payload in UTF-8
 */
record Written(NewMessage message, String payload, int bytes) {

  /**
   * Writes the payload and checks it.
   *
   * @throws InvalidMessageException if it cannot be written, or is not what a payload may be
   */
  static Written of(NewMessage message, JsonMapper json) {
    var payload = toJson(message, json);
    return new Written(message, payload, MessageLimits.checkPayload(message, payload));
  }

  private static String toJson(NewMessage message, JsonMapper json) {
    try {
      return json.writeValueAsString(message.payload());
    } catch (IOException unwritable) {
      throw refused(message, unwritable);
    }
  }

  // Not with the mapper's exception as its cause: that one may quote values.
  private static InvalidMessageException refused(NewMessage message, Exception unwritable) {
    var refused =
        new InvalidMessageException(
            "payload of %s about %s %s, a %s, cannot be written as JSON (%s): is its class @Serdeable, and its text free of half surrogate pairs?"
                .formatted(
                    message.type(),
                    message.aggregateType(),
                    message.aggregateId(),
                    message.payload().getClass().getName(),
                    unwritable.getClass().getSimpleName()));
    refused.setStackTrace(unwritable.getStackTrace());
    return refused;
  }
}
