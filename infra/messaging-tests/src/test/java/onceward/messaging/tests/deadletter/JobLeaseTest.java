package onceward.messaging.tests.deadletter;

import static java.util.concurrent.TimeUnit.SECONDS;
import static onceward.messaging.tests.deadletter.FailingLetters.BROKEN;
import static onceward.messaging.tests.deadletter.FailingLetters.CALLS;
import static onceward.messaging.tests.deadletter.FailingLetters.CONSUMER;
import static onceward.messaging.tests.deadletter.FailingLetters.GATE;
import static onceward.messaging.tests.deadletter.FailingLetters.sent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.Property;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import onceward.messaging.Message;
import onceward.messaging.tests.Ledger;
import onceward.messaging.tests.LedgerServiceTest;
import onceward.messaging.tests.deadletter.OperatorCalls.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Goal: one instance works on a job, and where two do nevertheless, each letter has one effect and
 * the job says what became of it.
 *
 * <p>Method: the test takes the lease of the instance under test, as another instance would.
 */
@MicronautTest(transactional = false)
@Property(name = "ledger.failing", value = "true")
@Property(name = "messaging.attempts-max", value = "1")
@Property(name = "messaging.kill-switch.messages-min", value = "1000000")
class JobLeaseTest extends LedgerServiceTest {

  private static final String LEASE_OF_ANOTHER =
      "update dead_letter_job set lease_owner = uuidv7(), lease_until = now() + interval '%s'"
          + " where state = 'running' and id = '%s'";

  @Inject Ledger ledger;
  @Inject Letters letters;
  @Inject OperatorCalls operator;

  @AfterEach
  void discardWhatIsLeft() {
    GATE.get().countDown();
    BROKEN.clear();
    letters.discardAll();
  }

  @Test
  void an_instance_whose_job_another_has_taken_lets_go_of_it_until_the_lease_is_over()
      throws Exception {
    var group = fail("l", 4, "price");
    var others = fail("o", 1, "address");
    BROKEN.clear();
    var job = request(Map.of("group", group, "rate", 0.5)).field("job");
    await().atMost(60, SECONDS).until(() -> show(job).number("verified") >= 1);

    assertThat(execute(LEASE_OF_ANOTHER.formatted("1 hour", job))).isEqualTo(1);
    awaitDone(request(Map.of("group", others)).field("job"));

    assertThat(show(job).field("state")).isEqualTo("running");
    assertThat(show(job).number("requested")).isPositive();
    assertThat(execute(LEASE_OF_ANOTHER.formatted("-1 second", job))).isEqualTo(1);
    assertThat(awaitDone(job).number("verified")).isEqualTo(4);
  }

  /** Method: the row of the job is locked, as it is while another instance takes the job. */
  @Test
  void a_job_that_another_instance_is_taking_holds_up_no_other_job() throws Exception {
    var group = fail("t", 2, "price");
    var others = fail("u", 1, "address");
    BROKEN.clear();
    var job = request(Map.of("group", group, "rate", 0.01)).field("job");
    await().atMost(60, SECONDS).until(() -> show(job).number("verified") == 1);
    try (var connection = service.connect()) {
      connection.setAutoCommit(false);
      lockWithShortLease(connection, job);
      awaitEndOfLease(job);

      awaitDone(request(Map.of("group", others)).field("job"));
      connection.rollback();
    }
    assertThat(show(job).number("requested")).isEqualTo(1);
    assertThat(operator.post("/jobs/" + job + "/cancel", Map.of()).status()).isEqualTo(200);
  }

  @Test
  void a_letter_that_two_instances_have_in_hand_has_one_effect_and_counts_as_applied()
      throws Exception {
    var message = sent("two-instances", 1, "price");
    BROKEN.add("price");
    service.publish(message);
    letters.awaitOf(CONSUMER, message);
    BROKEN.clear();
    GATE.set(new CountDownLatch(1));
    var calls = CALLS.get(message.id());
    try (var _ = startSecondInstance()) {
      var job = request(Map.of("all", true)).field("job");
      await().atMost(60, SECONDS).until(() -> CALLS.get(message.id()) == calls + 1);
      execute(
          "update dead_letter_job set lease_owner = null, lease_until = null where id = '%s'"
              .formatted(job));
      await()
          .atMost(60, SECONDS)
          .until(
              () -> one("select starts from dead_letter_job_item where job = '%s'", job),
              "2"::equals);
      await().atMost(60, SECONDS).until(this::somebodyWaitsForALock);
      GATE.get().countDown();

      assertThat(awaitDone(job))
          .returns(1, done -> done.number("verified"))
          .returns(List.of(), done -> done.list("notApplied"));
    }
    assertThat(CALLS.get(message.id())).isEqualTo(calls + 1);
    assertThat(ledger.entries(CONSUMER)).containsOnlyOnce(message.id());
  }

  private EmbeddedServer startSecondInstance() {
    var properties = new HashMap<String, Object>(service.properties());
    properties.put("messaging.instance", "second");
    properties.put("ledger.failing", true);
    properties.put("messaging.attempts-max", 1);
    return ApplicationContext.run(EmbeddedServer.class, properties);
  }

  /** Locks the job while it is nobody's; the instance under test may take it back in between. */
  private void lockWithShortLease(Connection connection, String job) throws SQLException {
    var lease = LEASE_OF_ANOTHER.formatted("5 seconds", job);
    try (var statement = connection.createStatement()) {
      boolean isTaken;
      do {
        connection.rollback();
        statement.execute(lease);
        connection.commit();
        var row =
            statement.executeQuery(
                "select lease_until > now() + interval '1 second' from dead_letter_job where id = '%s' for update"
                    .formatted(job));
        row.next();
        isTaken = !row.getBoolean(1);
      } while (isTaken);
    }
  }

  private void awaitEndOfLease(String job) {
    await()
        .atMost(60, SECONDS)
        .until(
            () -> one("select lease_until < now() from dead_letter_job where id = '%s'", job),
            "t"::equals);
  }

  private boolean somebodyWaitsForALock() throws SQLException {
    var waiting =
        one(
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'%s",
            "");
    return !waiting.equals("0");
  }

  private Answer request(Map<String, Object> fields) throws Exception {
    var body = new HashMap<>(fields);
    body.put("action", "retry");
    var requested = operator.post("/jobs", body);
    assertThat(requested.status()).as(requested.text()).isEqualTo(200);
    return requested;
  }

  private Answer show(String job) throws Exception {
    return operator.get("/jobs/" + job);
  }

  private Answer awaitDone(String job) throws Exception {
    await()
        .atMost(60, SECONDS)
        .untilAsserted(
            () -> assertThat(show(job).field("state")).as(show(job).text()).isEqualTo("done"));
    return show(job);
  }

  /** Makes letters of keys of their own, and returns their group. */
  private String fail(String prefix, int count, String cause) {
    BROKEN.add(cause);
    var messages = IntStream.range(0, count).mapToObj(key -> sent(prefix + key, 1, cause)).toList();
    messages.forEach(service::publish);
    return messages.stream().map(this::groupOf).reduce((_, last) -> last).orElseThrow();
  }

  private String groupOf(Message message) {
    return letters.awaitOf(CONSUMER, message).group();
  }

  private int execute(String sql) throws SQLException {
    return service.look(connection -> {
      try (var statement = connection.createStatement()) {
        return statement.executeUpdate(sql);
      }
    });
  }

  private String one(String sql, String id) throws SQLException {
    return service.look(connection -> {
      try (var statement = connection.createStatement()) {
        var row = statement.executeQuery(sql.formatted(id));
        row.next();
        return String.valueOf(row.getString(1));
      }
    });
  }
}
