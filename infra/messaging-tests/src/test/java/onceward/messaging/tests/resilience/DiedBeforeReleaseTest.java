package onceward.messaging.tests.resilience;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Stream;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.testkit.TestService;
import org.junit.jupiter.api.Test;

/**
 * Goal: messages that wait for a missing one follow it, even if the process ends when it has
 * handled the missing one and none of them, and whether the first of them came first or not.
 *
 * <p>Method: nothing else will ever be delivered under their key. What the transaction of the
 * missing one leaves behind is written by the test while no process runs.
 */
class DiedBeforeReleaseTest {

  private static final String CONSUMER = "died-before-release";
  private static final String TOPIC = "release.events";

  @Test
  void what_waited_for_a_message_that_has_been_handled_follows_at_the_next_start()
      throws Exception {
    try (var service = TestService.create("release", TOPIC);
        var database = service.connect()) {
      var settings = new HashMap<String, Object>(service.properties());
      settings.put(Effects.TOPIC, TOPIC);
      settings.put(Effects.CONSUMER, CONSUMER);
      var next = List.of(moved("a", 2), moved("a", 3));
      var ahead = List.of(moved("b", 4), moved("b", 2), moved("b", 3));
      try (var _ = new Members(1, true, settings)) {
        next.forEach(service::publish);
        ahead.forEach(service::publish);
        await()
            .atMost(30, SECONDS)
            .untilAsserted(() -> {
              assertThat(service.inbox(CONSUMER).parked("a")).isEqualTo(1);
              assertThat(service.inbox(CONSUMER).parked("b")).isEqualTo(2);
            });
      }
      noteFirstHandled(database);

      var outcome = new Outcome(database, CONSUMER);
      try (var _ = new Members(1, true, settings)) {
        await().atMost(30, SECONDS).untilAsserted(() -> assertThat(outcome.effects()).isEqualTo(5));
      }
      Stream.of(next, ahead)
          .flatMap(List::stream)
          .forEach(message -> assertThat(service.inbox(CONSUMER)).handled(message));
    }
  }

  private static void noteFirstHandled(Connection database) throws SQLException {
    try (var update =
        database.prepareStatement(
            "update consumed_key set version = 1 where gap_before is not null")) {
      assertThat(update.executeUpdate()).isEqualTo(2);
    }
  }

  private static Message moved(String key, long version) {
    return new Message(
        TestMessages.newId(), "release", key, version, Load.TYPE, "{}", MessageContext.NONE);
  }
}
