package onceward.messaging.tests.killed;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.subscription.Versions;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.testkit.TestService;
import onceward.messaging.testkit.TestService.Position;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: a replay goes on wherever the process that works on it is killed, and each message has one
 * effect per replay, also where the inbox cannot tell.
 *
 * <p>Method: replays put into the database as planned; real processes, killed by SIGKILL within a
 * batch.
 */
class KilledReplayTest {

  private static final String TOPIC = "replayed.events";
  private static final int MESSAGES = 60;
  private static final int REST_SECONDS = 120;

  @TempDir private Path directory;
  private final TestService service = TestService.create("replayed", TOPIC);
  private final LedgerReader ledger = new LedgerReader(service);
  private final List<Message> messages =
      IntStream.range(0, MESSAGES).mapToObj(KilledReplayTest::message).toList();

  @AfterEach
  void dropSlot() {
    service.close();
  }

  @Test
  void a_replay_goes_on_wherever_it_is_killed_and_each_message_has_one_effect() throws Exception {
    var programs = new LedgerPrograms(service, TOPIC, Versions.UNCHECKED, directory);
    var places = messages.stream().map(service::publish).toList();
    programs.prepare(() -> ledger.count("ledger") == MESSAGES);

    // Effects and claims are lost, as after a restore: the claims keep a repair from doubling.
    run("delete from ledger");
    run("delete from inbox");
    addReplay("repair", places);
    killAndFinish(programs);
    assertThat(ledger.entries()).containsExactlyInAnyOrderElementsOf(ids());

    // Here only the replay's own place keeps a message from being handled once more.
    addReplay("force", places);
    killAndFinish(programs);
    var twice = new ArrayList<>(ids());
    twice.addAll(ids());
    assertThat(ledger.entries()).containsExactlyInAnyOrderElementsOf(twice);
  }

  private void killAndFinish(LedgerPrograms programs) throws Exception {
    for (var point : List.of(Point.CLAIMED, Point.COMMITTING, Point.COMMITTED)) {
      try (var program = programs.start(point, 3)) {
        program.awaitAt(point);
        program.kill();
      }
    }
    try (var program = programs.start()) {
      await("the replay is done by " + program)
          .atMost(REST_SECONDS, SECONDS)
          .until(() -> unfinished() == 0);
      program.stop();
    }
  }

  private static Message message(int key) {
    return new Message(
        TestMessages.newId(),
        "replayed",
        "key-" + key,
        1,
        LedgerProgram.TYPE,
        "{\"deadly\":false}",
        MessageContext.NONE);
  }

  private List<UUID> ids() {
    return messages.stream().map(Message::id).toList();
  }

  /** At 100 messages a second, a batch has ten of them. */
  private void addReplay(String mode, List<Position> places) throws SQLException {
    run(
        """
        insert into replay (consumer, topic, mode, state, operator, reason, partitions, keys, types,
                            messages, rate, failures_max)
        values ('%s', '%s', '%s', 'queued', 'ada', 'lost', '{}', '{}', '{}', '{%s}', 100, 10)
        """
            .formatted(
                LedgerProgram.CONSUMER,
                TOPIC,
                mode,
                String.join(",", ids().stream().map(UUID::toString).toList())));
    for (var partition : places.stream().map(Position::partition).distinct().toList()) {
      var end =
          places.stream()
              .filter(place -> place.partition() == partition)
              .mapToLong(Position::offset)
              .max()
              .orElseThrow();
      run(
          """
          insert into replay_partition (replay, kafka_partition, from_offset, until_offset, next_offset)
          select id, %d, 0, %d, 0 from replay where state = 'queued'
          """
              .formatted(partition, end + 1));
    }
  }

  private int unfinished() throws SQLException {
    return service.look(connection -> {
      try (var select =
          connection.prepareStatement("select count(*)::int from replay where state <> 'done'")) {
        var row = select.executeQuery();
        row.next();
        return row.getInt(1);
      }
    });
  }

  private void run(String sql) throws SQLException {
    try (var connection = service.connect();
        var statement = connection.prepareStatement(sql)) {
      statement.execute();
    }
  }
}
