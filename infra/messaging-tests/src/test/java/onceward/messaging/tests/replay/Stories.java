package onceward.messaging.tests.replay;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.subscription.Subscription;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.tests.Ledger;

/** A consumer whose effects can be counted, and fail for keys that a test chooses. */
@Factory
@Requires(property = "ledger.replay")
class Stories {

  static final String CONSUMER = "listener";
  static final String TOPIC = "story.events";

  /** Keys whose messages fail now. */
  static final Set<String> BROKEN = ConcurrentHashMap.newKeySet();

  @Serdeable
  record Told(String by) {}

  @Singleton
  Subscription listener(Ledger ledger) {
    return Subscription.of(CONSUMER, TOPIC)
        .on(
            "Told",
            Told.class,
            (_, message) -> {
              ledger.enter(CONSUMER, message);
              if (BROKEN.contains(message.aggregateId())) {
                throw new IllegalStateException("no ear for ada@example.com");
              }
            })
        .on("Mailed", Told.class, (_, message) -> ledger.enter(CONSUMER, message))
        .neverReplayed("Mailed", "sends a mail");
  }

  static Message told(String key, long version) {
    return of("Told", key, version);
  }

  static Message of(String type, String key, long version) {
    return new Message(
        TestMessages.newId(), "story", key, version, type, "{\"by\":\"ada\"}", MessageContext.NONE);
  }
}
