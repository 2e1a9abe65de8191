package onceward.messaging.tests.killed;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.annotation.Value;
import io.micronaut.runtime.Micronaut;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.inject.Singleton;
import java.io.IOException;
import onceward.messaging.subscription.Subscription;
import onceward.messaging.subscription.Versions;
import onceward.messaging.tests.Ledger;

/** A service that consumes one topic, in a process of its own, for its parent to kill. */
public final class LedgerProgram {

  static final String CONSUMER = "killed-consumer";
  static final String TYPE = "Happened";

  private LedgerProgram() {}

  /** Runs the service, with its settings in system properties, until its input ends. */
  public static void main(String[] arguments) throws IOException {
    Micronaut.run(LedgerProgram.class, arguments);
    // It ends with its parent, too: nobody else would end it.
    var _ = System.in.read();
    System.exit(0);
  }

  /**
   * The payload of all messages.
   *
   * @param deadly whether handling it ends the process
   */
  @Serdeable
  record Happened(boolean deadly) {}

  @Factory
  @Requires(property = "killed.topic")
  static class Subscribed {

    @Singleton
    Subscription subscription(
        @Value("${killed.topic}") String topic,
        @Value("${killed.versions}") Versions versions,
        Ledger ledger,
        Trap trap) {
      return Subscription.of(CONSUMER, topic)
          .versions(versions)
          .on(
              TYPE,
              Happened.class,
              (happened, message) -> {
                trap.comeTo(Point.CLAIMED);
                ledger.enter(CONSUMER, message);
                if (happened.deadly()) {
                  Runtime.getRuntime().halt(1);
                }
                trap.hasEffect();
                trap.comeTo(Point.HANDLED);
              });
    }
  }
}
