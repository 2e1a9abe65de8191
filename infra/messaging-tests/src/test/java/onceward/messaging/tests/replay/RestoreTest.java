package onceward.messaging.tests.replay;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import onceward.messaging.Message;
import onceward.messaging.NewMessage;
import onceward.messaging.deadletter.DeadLetterOffice;
import onceward.messaging.outbox.Outbox;
import onceward.messaging.replay.Replay;
import onceward.messaging.replay.ReplayOutcome;
import onceward.messaging.replay.ReplayRequest;
import onceward.messaging.replay.ReplaySelection;
import onceward.messaging.replay.ReplayState;
import onceward.messaging.replay.Replays;
import onceward.messaging.replay.RestoreStep;
import onceward.messaging.restore.OpenRestoration;
import onceward.messaging.restore.Restoration;
import onceward.messaging.subscription.Subscription;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.testkit.TestServers;
import onceward.messaging.tests.Ledger;
import onceward.messaging.tests.LedgerServiceTest;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/**
 * Goal: a service whose database was lost decides nothing before it knows what it has decided.
 *
 * <p>Method: the database is empty, and Kafka has topics and the offsets of the live consumer.
 */
@MicronautTest(transactional = false)
@Property(name = "ledger.restore", value = "true")
@Property(name = "messaging.restoring", value = "true")
class RestoreTest extends LedgerServiceTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String LIVE = "restored-live";
  private static final String OWN = "restored-own";
  private static final String OWN_TOPIC = "letter.events";
  private static final String TOPIC = "story.events";
  private static final Set<String> BROKEN = ConcurrentHashMap.newKeySet();

  /** Messages that the live consumer can never handle. */
  private static final Set<UUID> POISONED = ConcurrentHashMap.newKeySet();

  /** Keys whose handler appends. */
  private static final Set<String> TALKATIVE = ConcurrentHashMap.newKeySet();

  @Factory
  @Requires(property = "ledger.restore")
  static class Subscribed {

    @Singleton
    Subscription live(Ledger ledger) {
      return Subscription.of(LIVE, TOPIC)
          .on(
              "Told",
              Stories.Told.class,
              (_, message) -> {
                ledger.enter(LIVE, message);
                if (POISONED.contains(message.id())) {
                  throw new IllegalStateException("poisoned");
                }
              });
    }

    @Singleton
    Restoration restoration(Ledger ledger, Outbox outbox) {
      return Restoration.from(entered(ledger, OWN_TOPIC, outbox))
          .then(entered(ledger, TOPIC, outbox));
    }

    private static Subscription entered(Ledger ledger, String topic, Outbox outbox) {
      return Subscription.of(OWN, topic)
          .on(
              "Told",
              Stories.Told.class,
              (_, message) -> {
                ledger.enter(OWN, message);
                if (BROKEN.contains(message.aggregateId())) {
                  throw new IllegalStateException("broken");
                }
                if (TALKATIVE.contains(message.aggregateId())) {
                  append(outbox, message);
                }
              });
    }
  }

  @Inject Replays replays;
  @Inject OpenRestoration openRestoration;
  @Inject DeadLetterOffice letters;
  @Inject Ledger ledger;
  @Inject List<HealthIndicator> indicators;

  @AfterEach
  void mend() throws SQLException {
    BROKEN.clear();
    TALKATIVE.clear();
    POISONED.clear();
    replays.latest(100).forEach(replay -> replays.cancel(replay.id()));
    run("delete from replay");
    run("delete from consumed_partition");
    run("update inbox_low_water set mark = '00000000-0000-0000-0000-000000000000'");
  }

  @Test
  void live_consumers_stay_away_and_readiness_says_what_to_do() throws Exception {
    var message = Stories.told("away", 1);
    service.publish(message);

    assertThat(health())
        .contains("DOWN")
        .contains(LIVE + " on " + TOPIC)
        .contains("infra/onceward replay restore --service ledger");
    restoreAll();
    // What the live consumer has not passed is left to it, and restoring claims nothing.
    assertThat(ledger.entries(OWN)).contains(message.id());
    assertThat(ledger.entries(LIVE)).doesNotContain(message.id());
    assertThat(count("inbox where message_id = '%s'".formatted(message.id()))).isZero();
    assertThat(members()).isZero();
  }

  @Test
  void nothing_decides_before_the_own_topic_and_what_completes_it_have_been_read()
      throws Exception {
    var message = Stories.told("order", 1);
    service.publish(message);
    service.pass(LIVE, TOPIC);

    for (var early : List.of(step(2), step(1))) {
      assertRefused(early, step(0));
    }
    assertThat(openRestoration.unfinished())
        .hasValueSatisfying(reason ->
            assertThat(reason)
                .contains(step(0).toString(), "live consumers wait", "messaging.restoring=true"));
    done(step(0));
    assertRefused(step(2), step(1));
    done(step(1));
    done(step(2));

    assertThat(replays.restoreSteps()).allMatch(RestoreStep::done);
    assertThat(openRestoration.unfinished()).isEmpty();
    assertThat(ledger.entries(LIVE)).contains(message.id());
    // A later reading of the own topic may bring what the later steps have not seen.
    done(step(0));
    assertThat(replays.restoreSteps().stream().map(RestoreStep::done))
        .containsExactly(true, false, false);
  }

  /** Method: the backup's inbox has dropped all days, and its offsets say what was handled. */
  @Test
  void what_a_backup_has_forgotten_is_neither_handled_again_nor_a_reason_to_refuse()
      throws Exception {
    var known = Stories.told("known", 1);
    var at = service.publish(known);
    run(
        "insert into consumed_partition (consumer, topic, kafka_partition, topic_id, next_offset) values ('%s', '%s', %d, '%s', %d)"
            .formatted(LIVE, TOPIC, at.partition(), topicId(), at.offset() + 1));
    run("update inbox_low_water set mark = '%s'".formatted(TestMessages.newId()));
    var unknown = Stories.told("known", 2);
    service.publish(unknown);
    service.pass(LIVE, TOPIC);
    done(step(0));
    done(step(1));

    var plan =
        new ReplaySelection(
            Set.of(at.partition()), null, null, null, null, Set.of(), Set.of(), Set.of());
    done(ended(request(step(2), plan)));
    assertThat(ledger.entries(LIVE)).contains(unknown.id()).doesNotContain(known.id());
  }

  @Test
  void a_replay_from_before_the_restoration_stands_still() throws Exception {
    run(
        """
        insert into replay (consumer, topic, mode, state, operator, partitions, keys, types, messages, rate, failures_max, requested_at)
        values ('%s', '%s', 'repair', 'queued', 'tester', '{}', '{}', '{}', '{}', 10, 10, now() - interval '1 day')
        """
            .formatted(LIVE, TOPIC));

    await()
        .atMost(PATIENCE)
        .until(() ->
            String.valueOf(replays.latest(1).getFirst().trouble())
                .contains("before this restoration began"));
  }

  @Test
  void a_message_that_cannot_be_restored_keeps_the_later_steps_back() throws Exception {
    service.publish(letter("broken"));
    BROKEN.add("broken");

    var failed = ended(step(0));
    assertThat(failed.count(ReplayOutcome.FAILED)).isEqualTo(1);
    assertRefused(step(1), step(0));
    BROKEN.clear();
    done(step(0));
    done(step(1));
  }

  /** As one that was discarded before the loss, of which only the lost database knew. */
  @Test
  void what_fails_for_good_in_the_last_step_becomes_a_dead_letter_that_an_operator_can_end()
      throws Exception {
    var poisoned = Stories.told("poisoned", 1);
    var behind = Stories.told("poisoned", 2);
    var other = Stories.told("sound", 1);
    for (var message : List.of(poisoned, behind, other)) {
      service.publish(message);
    }
    service.pass(LIVE, TOPIC);
    POISONED.add(poisoned.id());
    done(step(0));
    done(step(1));

    done(step(2));

    var letter =
        "dead_letter where message_id = '%s' and reason = 'poison' and attempts = 5"
            .formatted(poisoned.id());
    assertThat(count(letter + " and state = 'open'")).isEqualTo(1);
    assertThat(count("parked_message where message_id = '%s'".formatted(behind.id()))).isEqualTo(1);
    assertThat(ledger.entries(LIVE))
        .contains(other.id())
        .doesNotContain(poisoned.id(), behind.id());

    // The step may be done again, and makes no second letter.
    done(step(2));
    assertThat(count(letter)).isEqualTo(1);
    var open =
        letters.open(null, 10).stream()
            .filter(one -> poisoned.id().equals(one.messageId()))
            .findFirst();
    letters.discard(open.orElseThrow().id());
    assertThat(ledger.entries(LIVE)).contains(behind.id()).doesNotContain(poisoned.id());
    assertThat(count("inbox where message_id = '%s'".formatted(poisoned.id()))).isEqualTo(1);
  }

  /** What is restored was published before: appended, it would take effect a second time. */
  @Test
  void a_handler_that_restores_cannot_append() throws Exception {
    var told = letter("talkative");
    service.publish(told);
    TALKATIVE.add("talkative");

    assertThat(ended(step(0)).count(ReplayOutcome.FAILED)).isEqualTo(1);
    assertThat(replays.failures(replays.latest(1).getFirst().id(), 1).getFirst().failure())
        .contains("IllegalStateException");
    assertThat(count("outbox where aggregateid = 'talkative'")).isZero();
    assertRefused(step(1), step(0));
  }

  /** Method: the backup has a replay and a job that were under way. */
  @Test
  void what_a_backup_brings_along_stands_still_until_an_operator_resumes_it() throws Exception {
    endRestoration();
    run(
        """
        insert into replay (consumer, topic, mode, state, operator, partitions, keys, types, messages, rate, failures_max, requested_at)
        values ('elsewhere', '%s', 'repair', 'queued', 'brought', '{}', '{}', '{}', '{}', 10, 10, now() - interval '1 day')
        """
            .formatted(TOPIC));
    run(
        "insert into dead_letter_job (action, operator, selection, attempts_max, failures_in_row_max, force, total) values ('retry', 'brought', 'all', 1, 1, false, 0)");

    assertThat(replays.restoreSteps()).isNotEmpty();

    assertThat(count("replay where operator = 'brought' and state = 'paused'")).isEqualTo(1);
    assertThat(count("dead_letter_job where operator = 'brought' and state = 'paused'"))
        .isEqualTo(1);
    assertThat(
            count(
                "operator_audit where operator = 'restoration' and action in ('pause replay', 'pause job') and outcome = 'done'"))
        .isEqualTo(2);
    run("delete from dead_letter_job where operator = 'brought'");
  }

  /** Guard: without it, the job ends within the time that the steps take. */
  @Test
  void no_job_of_dead_letters_goes_on_while_the_service_restores() throws Exception {
    assertThat(replays.restoreSteps()).isNotEmpty();
    run(
        "insert into dead_letter_job (action, operator, selection, attempts_max, failures_in_row_max, force, total) values ('retry', 'meanwhile', 'all', 1, 1, false, 0)");

    restoreAll();

    assertThat(count("dead_letter_job where operator = 'meanwhile' and state = 'requested'"))
        .isEqualTo(1);
    run("delete from dead_letter_job where operator = 'meanwhile'");
  }

  /** Method: the rows of the first records are in the backup, and a record comes behind them. */
  @Test
  void only_records_behind_the_last_row_are_noted_as_lost() throws Exception {
    var kept = letter("kept");
    var last = service.publish(kept);
    appendRow(kept);
    var lost = service.publish(letter("kept"));
    run("update outbox_lost set before_offset = 0, from_offset = 0, rows_until = 0");
    done(step(0));

    var noted =
        "outbox_lost where topic = '%s' and kafka_partition = %d and from_offset = %d and before_offset = %d and topic_id is not null"
            .formatted(OWN_TOPIC, last.partition(), last.offset() + 1, lost.offset() + 1);
    assertThat(count(noted)).isEqualTo(1);
    // The service has lived on, and somebody does the step again.
    service.publish(letter("kept"));
    var later = letter("kept");
    service.publish(later);
    appendRow(later);
    done(step(0));
    assertThat(count(noted)).isEqualTo(1);
    run("update outbox_lost set before_offset = 0, from_offset = 0, rows_until = 0");
  }

  private void appendRow(Message message) throws SQLException {
    run(
        "insert into outbox (id, aggregatetype, aggregateid, aggregateversion, type, payload) values ('%s', 'letter', '%s', 1, 'Told', '{}')"
            .formatted(message.id(), message.aggregateId()));
  }

  /** As a dead letter that was discarded, of which the lost database knew. */
  @Test
  void a_message_that_nobody_can_read_is_passed_over() throws Exception {
    var told = letter("unreadable");
    service.publish(
        new Message(
            told.id(),
            told.aggregateType(),
            told.aggregateId(),
            1,
            told.type(),
            "{\"by\":{}}",
            told.context()));

    var read = ended(step(0));

    assertThat(read.count(ReplayOutcome.UNREADABLE)).isEqualTo(1);
    done(read);
  }

  @Test
  void records_of_the_own_topic_are_noted_as_older_than_the_outbox() throws Exception {
    var at = service.publish(letter("noted"));
    done(step(0));

    assertThat(
            count(
                "outbox_lost where topic = '%s' and kafka_partition = %d and before_offset > %d"
                    .formatted(OWN_TOPIC, at.partition(), at.offset())))
        .isEqualTo(1);
    done(step(1));
    assertThat(count("outbox_lost where topic <> '%s'".formatted(OWN_TOPIC))).isZero();
  }

  private void endRestoration() throws SQLException {
    run("update restoration set ended_at = clock_timestamp() where ended_at is null");
  }

  /** A plan changes nothing, and may be made at any time. */
  private void assertRefused(RestoreStep early, RestoreStep before) {
    var plan = until(replays.plan(request(early)).id(), ReplayState.PLANNED);
    assertThatThrownBy(() -> replays.run(plan.id()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the step before is not done: %s".formatted(before));
    assertThat(replays.cancel(plan.id())).isTrue();
  }

  private void restoreAll() {
    replays.restoreSteps().forEach(this::done);
  }

  private RestoreStep step(int number) {
    return replays.restoreSteps().get(number);
  }

  private void done(RestoreStep step) {
    done(ended(step));
  }

  private static void done(Replay replay) {
    assertThat(replay.state()).as("%s", replay).isEqualTo(ReplayState.DONE);
    assertThat(replay.count(ReplayOutcome.FAILED)).isZero();
  }

  private Replay ended(RestoreStep step) {
    return ended(request(step));
  }

  private Replay ended(ReplayRequest request) {
    var asked = replays.plan(request);
    until(asked.id(), ReplayState.PLANNED);
    assertThat(replays.run(asked.id())).isTrue();
    return until(asked.id(), ReplayState.DONE);
  }

  private Replay until(UUID id, ReplayState state) {
    return requireNonNull(
        await()
            .atMost(PATIENCE)
            .until(() -> replays.find(id).orElseThrow(), replay -> replay.state() == state));
  }

  private static ReplayRequest request(RestoreStep step) {
    return request(step, ReplaySelection.all());
  }

  private static ReplayRequest request(RestoreStep step, ReplaySelection selection) {
    return new ReplayRequest(
        step.consumer(), step.topic(), step.mode(), selection, 1_000, 100, "tester", "a test");
  }

  private static void append(Outbox outbox, Message because) {
    outbox.append(
        new NewMessage("letter", because.aggregateId(), 2, "Told", new Stories.Told("ada")));
  }

  private static Message letter(String key) {
    var told = Stories.told(key, 1);
    return new Message(told.id(), "letter", key, 1, told.type(), told.payload(), told.context());
  }

  private static UUID topicId() throws Exception {
    try (var admin = admin()) {
      var described = admin.describeTopics(List.of(TOPIC)).allTopicNames().get().get(TOPIC);
      var id = requireNonNull(described).topicId();
      return new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits());
    }
  }

  private static int members() throws Exception {
    try (var admin = admin()) {
      return admin.listGroups().all().get().stream()
          .filter(group -> group.groupId().startsWith(OWN))
          .toList()
          .size();
    }
  }

  private static Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", TestServers.kafka().bootstrapServers()));
  }

  private String health() {
    return indicators.stream()
        .map(indicator -> Mono.from(indicator.getResult()).block())
        .filter(result -> result.getName().equals("subscriptions"))
        .map(result -> result.getStatus() + " " + result.getDetails())
        .findFirst()
        .orElseThrow();
  }

  private int count(String from) throws SQLException {
    return service.look(connection -> {
      try (var select = connection.createStatement()) {
        var row = select.executeQuery("select count(*) from " + from);
        row.next();
        return row.getInt(1);
      }
    });
  }

  private void run(String sql) throws SQLException {
    try (var connection = service.connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
