package onceward.messaging.tests.killed;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import onceward.localstack.kafka.Topic;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.subscription.Versions;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.testkit.TestServers;
import onceward.messaging.testkit.TestService;
import onceward.messaging.tests.BulkPublisher;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: a message that ends every process that handles it is found and set aside after a few
 * restarts, and nothing beside it is lost or handled twice.
 */
class CrashLoopTest {

  private static final String TOPIC = "loop.events";

  /** One with its whole batch, then three with it alone; the next one gives it up. */
  private static final int PROCESSES_IT_ENDS = 4;

  private static final int CRASHED = 1;
  private static final int KEYS = 10;
  private static final int VERSIONS = 4;
  private static final String DEADLY_KEY = "key-5";
  private static final int DEADLY_VERSION = 2;

  @TempDir private Path directory;
  private final TestService service = TestService.create("loop");
  private final LedgerReader ledger = new LedgerReader(service);
  private final List<UUID> flowing = new ArrayList<>();

  @AfterEach
  void dropSlot() {
    service.close();
  }

  @Test
  void a_message_that_ends_its_process_is_a_dead_letter_after_a_few_restarts() throws Exception {
    // One partition, so that all of them are in one batch.
    TestServers.kafka().createTopics(new Topic(TOPIC, 1, 1024 * 1024, Duration.ofDays(7)));
    var programs = new LedgerPrograms(service, TOPIC, Versions.GAPLESS, directory);
    publish(1, 1);
    programs.prepare(() -> ledger.count("ledger") == KEYS);
    publish(2, VERSIONS);

    for (var process = 1; process <= PROCESSES_IT_ENDS; process++) {
      try (var program = programs.start()) {
        assertThat(program.exitStatus()).as("process %d", process).isEqualTo(CRASHED);
      }
    }

    try (var last = programs.start()) {
      await("the rest by " + last)
          .atMost(60, SECONDS)
          .untilAsserted(() -> assertThat(ledger.count("parked_message")).isEqualTo(2));
      await()
          .atMost(30, SECONDS)
          .untilAsserted(() -> assertThat(ledger.entries()).hasSameElementsAs(flowing));
      last.stop();
    }
    assertThat(ledger.entries()).doesNotHaveDuplicates();
    assertThat(ledger.deadLetters()).containsExactly("kills-the-process of " + DEADLY_KEY + " 2");
  }

  /**
   * Version 1 is missing, so version 2 is a letter and the others wait behind it. When version 1
   * comes, the letter and the others follow without a command.
   */
  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void a_message_that_waits_and_ends_its_process_is_a_dead_letter_after_a_few_restarts(int deadly)
      throws Exception {
    var topic = "waiting-%d.events".formatted(deadly);
    TestServers.kafka().createTopics(new Topic(topic, 1, 1024 * 1024, Duration.ofDays(7)));
    var programs = new LedgerPrograms(service, topic, Versions.GAPLESS, directory);
    var messages =
        IntStream.rangeClosed(1, VERSIONS).mapToObj(v -> waiting(topic, v, deadly)).toList();
    messages.subList(1, VERSIONS).forEach(service::publish);
    programs.prepare(() -> ledger.count("parked_message") == VERSIONS - 2);
    service.publish(messages.getFirst());

    for (var process = 1; process <= PROCESSES_IT_ENDS; process++) {
      try (var program = programs.start()) {
        assertThat(program.exitStatus()).as("process %d", process).isEqualTo(CRASHED);
      }
    }

    try (var last = programs.start()) {
      await("the letter by " + last)
          .atMost(60, SECONDS)
          .untilAsserted(() ->
              assertThat(ledger.deadLetters())
                  .containsExactly("kills-the-process of %s %d".formatted(DEADLY_KEY, deadly)));
      assertThat(ledger.count("parked_message")).isEqualTo(VERSIONS - deadly);
      discardAll();
      await("the rest by " + last)
          .atMost(60, SECONDS)
          .untilAsserted(() -> assertThat(ledger.count("parked_message")).isZero());
      last.stop();
    }
    assertThat(ledger.entries())
        .containsExactlyElementsOf(
            messages.stream()
                .filter(message -> message.aggregateVersion() != deadly)
                .map(Message::id)
                .toList());
    assertThat(ledger.deadLetters()).isEmpty();
    assertThat(ledger.count("release_start")).isZero();
  }

  /** As an operator does it. */
  private void discardAll() throws SQLException {
    try (var connection = service.connect();
        var statement = connection.createStatement()) {
      statement.execute(
          """
          with job as (
            insert into dead_letter_job
              (action, operator, selection, attempts_max, failures_in_row_max, force, total)
            values ('discard', 'ada', 'all', 1, 3, false, 1) returning id)
          insert into dead_letter_job_item (job, letter, turn)
          select job.id, letter.id, 1 from job, dead_letter letter where letter.state = 'open'
          """);
    }
  }

  private static Message waiting(String topic, int version, int deadly) {
    return new Message(
        TestMessages.newId(),
        topic.replace(".events", ""),
        DEADLY_KEY,
        version,
        LedgerProgram.TYPE,
        "{\"deadly\":%s}".formatted(version == deadly),
        MessageContext.NONE);
  }

  /** All keys have their turn in each version. */
  private void publish(int fromVersion, int toVersion) {
    try (var publisher = new BulkPublisher()) {
      for (var version = fromVersion; version <= toVersion; version++) {
        for (var key = 0; key < KEYS; key++) {
          publisher.publish(happened("key-" + key, version));
        }
      }
    }
  }

  private Message happened(String key, int version) {
    var id = TestMessages.newId();
    var waits = key.equals(DEADLY_KEY) && version >= DEADLY_VERSION;
    if (!waits) {
      flowing.add(id);
    }
    var deadly = waits && version == DEADLY_VERSION;
    var payload = "{\"deadly\":%s}".formatted(deadly);
    return new Message(id, "loop", key, version, LedgerProgram.TYPE, payload, MessageContext.NONE);
  }
}
