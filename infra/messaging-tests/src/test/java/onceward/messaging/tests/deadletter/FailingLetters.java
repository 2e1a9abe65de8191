package onceward.messaging.tests.deadletter;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.subscription.Subscription;
import onceward.messaging.subscription.TransientFailureException;
import onceward.messaging.subscription.Versions;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.tests.Ledger;

/** A consumer whose messages fail for causes that a test chooses, and stop failing when it says. */
@Factory
@Requires(property = "ledger.failing")
class FailingLetters {

  static final String CONSUMER = "failing-consumer";

  /** The same with checked versions. */
  static final String STRICT = "strict-failing-consumer";

  /** The same with versions that are checked from the first one that comes. */
  static final String LATE = "late-failing-consumer";

  /** Causes that fail now; a message names its cause in its payload. */
  static final Set<String> BROKEN = ConcurrentHashMap.newKeySet();

  /** How often the handler was called for a message, whether it failed or not. */
  static final Map<UUID, Integer> CALLS = new ConcurrentHashMap<>();

  /** What a handler waits for before it has its effect; open unless a test closes it. */
  static final AtomicReference<CountDownLatch> GATE = new AtomicReference<>(new CountDownLatch(0));

  private static final int GATE_S_MAX = 120;
  private static final int SLOW_MS = 400;

  @Serdeable
  record Sent(String cause) {}

  @Singleton
  Subscription failing(Ledger ledger) {
    return subscription(CONSUMER, Versions.UNCHECKED, ledger);
  }

  @Singleton
  @Named(STRICT)
  @Requires(property = "ledger.strict")
  Subscription strict(Ledger ledger) {
    return subscription(STRICT, Versions.GAPLESS, ledger);
  }

  @Singleton
  @Named(LATE)
  @Requires(property = "ledger.late")
  Subscription late(Ledger ledger) {
    return subscription(LATE, Versions.GAPLESS_FROM_FIRST_SEEN, ledger);
  }

  private static Subscription subscription(String consumer, Versions versions, Ledger ledger) {
    return Subscription.of(consumer, "crowd.events")
        .versions(versions)
        .on(
            "Sent",
            Sent.class,
            (sent, message) -> {
              CALLS.merge(message.id(), 1, Integer::sum);
              var _ = GATE.get().await(GATE_S_MAX, TimeUnit.SECONDS);
              ledger.enter(consumer, message);
              if (sent.cause().equals("slow")) {
                Thread.sleep(SLOW_MS);
              }
              if (BROKEN.contains(sent.cause())) {
                fail(sent.cause());
              }
            });
  }

  private static void fail(String cause) {
    switch (cause) {
      case "price" -> noPrice();
      case "address" -> noAddress();
      case "busy" -> throw new TransientFailureException("not now", new IllegalStateException());
      default -> throw new IllegalArgumentException("ada@example.com");
    }
  }

  private static void noPrice() {
    throw new IllegalStateException("no price for ada@example.com");
  }

  private static void noAddress() {
    throw new IllegalStateException("no address for ada@example.com");
  }

  static Message sent(String key, long version, String cause) {
    return new Message(
        TestMessages.newId(),
        "crowd",
        key,
        version,
        "Sent",
        "{\"cause\":\"%s\"}".formatted(cause),
        MessageContext.NONE);
  }
}
