package onceward.messaging.tests.killed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.IntStream;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.MessageRecords;
import onceward.messaging.subscription.Versions;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.testkit.TestService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: a job goes on wherever the process that works on it is killed, and each of its messages has
 * one effect.
 *
 * <p>Method: letters as an earlier release of the service would have left them, and a job, put into
 * the database; real processes, killed by SIGKILL within a letter.
 */
class KilledJobTest {

  private static final String TOPIC = "halted.events";
  private static final int LETTERS = 60;
  private static final int DEADLY = 40;
  private static final int REST_SECONDS = 120;

  @TempDir private Path directory;
  private final TestService service = TestService.create("halted", TOPIC);
  private final LedgerReader ledger = new LedgerReader(service);
  private final List<Message> messages =
      IntStream.range(0, LETTERS).mapToObj(KilledJobTest::message).toList();

  @AfterEach
  void dropSlot() {
    service.close();
  }

  @Test
  void a_job_goes_on_wherever_it_is_killed_and_gives_up_the_letter_that_kills() throws Exception {
    var programs = new LedgerPrograms(service, TOPIC, Versions.UNCHECKED, directory);
    programs.prepare(() -> ledger.count("flyway_schema_history") > 0);
    addLettersAndJob();

    kill(programs, Point.CLAIMED, 5);
    kill(programs, Point.COMMITTING, 5);
    kill(programs, Point.COMMITTED, 5);
    for (var end = 0; end < 3; end++) {
      try (var program = programs.start()) {
        assertThat(program.exitStatus()).isEqualTo(1);
      }
    }

    try (var program = programs.start()) {
      await("the job is done by " + program)
          .atMost(REST_SECONDS, SECONDS)
          .untilAsserted(
              () -> assertThat(one("select state from dead_letter_job")).isEqualTo("done"));
      program.stop();
    }
    assertThat(ledger.entries())
        .hasSize(LETTERS - 1)
        .doesNotHaveDuplicates()
        .doesNotContain(messages.get(DEADLY).id());
    assertThat(one("select count(*) from dead_letter_job_item where state = 'verified'"))
        .isEqualTo(Integer.toString(LETTERS - 1));
    assertThat(one("select note from dead_letter_job_item where state = 'failed'"))
        .isEqualTo("the process ended 3 times while it handled the message");
    assertThat(one("select state from dead_letter where key = 'key-" + DEADLY + "'"))
        .isEqualTo("open");
  }

  private static void kill(LedgerPrograms programs, Point point, int hit) throws Exception {
    try (var program = programs.start(point, hit)) {
      program.awaitAt(point);
      program.kill();
    }
  }

  private static Message message(int key) {
    return new Message(
        TestMessages.newId(),
        "halted",
        "key-" + key,
        1,
        LedgerProgram.TYPE,
        "{\"deadly\":%s}".formatted(key == DEADLY),
        MessageContext.NONE);
  }

  private void addLettersAndJob() throws SQLException {
    try (var connection = service.connect()) {
      for (var message : messages) {
        addLetter(connection, message);
      }
      execute(
          connection,
          """
          with job as (
            insert into dead_letter_job
              (action, operator, selection, attempts_max, failures_in_row_max, force, total)
            values ('retry', 'ada', 'all', 1, 3, false, %d) returning id)
          insert into dead_letter_job_item (job, letter, turn)
          select job.id, letter.id, row_number() over (order by letter.id) from job, dead_letter letter
          """
              .formatted(LETTERS));
    }
  }

  private static void addLetter(Connection connection, Message message) throws SQLException {
    var record = MessageRecords.toRecord(message, "/onceward/test");
    var headers = List.of(record.headers().toArray());
    try (var claim =
            connection.prepareStatement("insert into inbox (consumer, message_id) values (?, ?)");
        var insert =
            connection.prepareStatement(
                """
                insert into dead_letter
                  (consumer, topic, kafka_partition, kafka_offset, key, message_id, type, version,
                   header_names, header_values, value, reason, exception, stack_digest, attempts)
                values (?, ?, 0, 0, ?, ?, ?, 1, ?, ?, ?, 'poison', 'IllegalStateException', 'a', 5)
                """)) {
      claim.setString(1, LedgerProgram.CONSUMER);
      claim.setObject(2, message.id());
      claim.executeUpdate();
      insert.setString(1, LedgerProgram.CONSUMER);
      insert.setString(2, TOPIC);
      insert.setString(3, message.aggregateId());
      insert.setObject(4, message.id());
      insert.setString(5, message.type());
      insert.setArray(
          6,
          connection.createArrayOf("text", headers.stream().map(header -> header.key()).toArray()));
      insert.setArray(
          7,
          connection.createArrayOf(
              "bytea", headers.stream().map(header -> header.value()).toArray(byte[][]::new)));
      insert.setBytes(8, message.payload().getBytes(UTF_8));
      insert.executeUpdate();
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private String one(String sql) throws SQLException {
    return service.look(connection -> {
      try (var statement = connection.createStatement()) {
        var row = statement.executeQuery(sql);
        return row.next() ? row.getString(1) : "none";
      }
    });
  }
}
