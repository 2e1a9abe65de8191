package onceward.relay.killed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import onceward.relay.OutboxDatabase;
import onceward.relay.TrappedRelay;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: a relay that is killed while it republishes goes on with the request, and passes over
 * nothing.
 *
 * <p>Method: real processes that end themselves in the second chunk of a request, before Kafka has
 * the chunk, and after that but before the table says so. Then one publishes the rest.
 */
class KilledRepublishTest {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int KEYS = 4;
  private static final int VERSIONS = 1_500;

  /** The most messages that a chunk holds. */
  private static final int CHUNK_MAX = 2_000;

  @TempDir private static Path directory;

  @ParameterizedTest
  @EnumSource
  void a_request_goes_on_wherever_the_relay_is_killed(Delivery delivery) throws Exception {
    try (var database = OutboxDatabase.create();
        var topic = PublishedTopic.create()) {
      for (int key = 0; key < KEYS; key++) {
        database.copy(topic.aggregateType(), "key-" + key, VERSIONS);
      }
      var lost = database.ids("true");
      database.dropSlot();
      database.makeSlot("pgoutput");
      for (int key = 0; key < KEYS; key++) {
        database.append(topic.aggregateType(), "key-" + key, VERSIONS + 1);
      }
      var request = database.requestAgain(lost);
      var processes = new RelayProcesses(database, directory).with("delivery", delivery.setting());

      killAt(Point.SENDING, processes);
      killAt(Point.PUBLISHED, processes);
      assertThat(state(database, request)).isEqualTo("STARTED");

      try (var relay = processes.start(TrappedRelay.class.getName(), Map.of())) {
        relay.begin();
        await("the rest by " + relay)
            .atMost(LIMIT)
            .until(() -> {
              topic.readOn();
              return topic.ids().size() == lost.size() + KEYS;
            });
        await().atMost(LIMIT).until(() -> state(database, request).equals("DONE"));
        relay.stop();
      }
      var audit = Audit.of(database, topic);
      audit.assertFine();
      assertThat(audit.committed()).isEqualTo(lost.size() + KEYS);
      assertThat(audit.duplicates()).isLessThanOrEqualTo(2L * CHUNK_MAX + KEYS);
    }
  }

  private static void killAt(Point point, RelayProcesses processes) throws Exception {
    try (var relay =
        processes.start(
            TrappedRelay.class.getName(),
            Map.of("killed.point", point, "killed.hit", 2, "killed.part", 0.5))) {
      relay.begin();
      relay.awaitKilledAt(point);
    }
  }

  private static String state(OutboxDatabase database, long request) {
    return database.ask("select state from relay_republish where id = " + request);
  }
}
