package onceward.messaging.tests.resilience;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.subscription.Subscription;
import onceward.messaging.subscription.TransientFailureException;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.testkit.TestService;
import org.junit.jupiter.api.Test;

/**
 * Goal: a message that waits for another service is waited for, however often the process that
 * waits is restarted meanwhile: it is not what ends the process.
 */
class LongWaitTest {

  /** More than the starts at one message after which it is taken to kill the process. */
  private static final int RESTARTS = 5;

  private static final String CONSUMER = "patient-consumer";

  @Serdeable
  record Asked() {}

  @Factory
  @Requires(property = "resilience.long-wait")
  static class Subscribed {

    static final AtomicBoolean AWAY = new AtomicBoolean(true);

    @Singleton
    Subscription questions() {
      return Subscription.of(CONSUMER, "question.events")
          .on(
              "Asked",
              Asked.class,
              (_, _) -> {
                if (AWAY.get()) {
                  throw new TransientFailureException("the oracle", new IllegalStateException());
                }
              });
    }
  }

  @Test
  void a_message_that_waits_through_many_restarts_is_no_dead_letter() throws Exception {
    try (var service = TestService.create("patient", "question.events")) {
      var settings = new HashMap<String, Object>(service.properties());
      settings.put("resilience.long-wait", "true");
      settings.put(Effects.CONSUMER, CONSUMER);
      var message =
          new Message(TestMessages.newId(), "question", "a", 1, "Asked", "{}", MessageContext.NONE);
      service.publish(message);
      try (var members = new Members(1, true, settings)) {
        for (var restart = 0; restart < RESTARTS; restart++) {
          awaitWaiting(members);
          members.restartUnready(0);
        }
        awaitWaiting(members);

        Subscribed.AWAY.set(false);
        await().atMost(20, SECONDS).until(() -> service.inbox(CONSUMER).contains(message.id()));
        members.awaitReady();
      }
      try (var database = service.connect()) {
        new Outcome(database, CONSUMER).assertNothingSetAside();
      }
    }
  }

  private static void awaitWaiting(Members members) {
    await()
        .atMost(20, SECONDS)
        .untilAsserted(() -> assertThat(members.readiness(0).text()).contains("the oracle"));
  }
}
