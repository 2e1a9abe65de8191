package onceward.relay.position;

import onceward.messaging.Message;

/** The aggregate that a message is about: the unit of order, and of parking. */
public record Key(String aggregateType, String aggregateId) {

  public static Key of(Message message) {
    return new Key(message.aggregateType(), message.aggregateId());
  }
}
