package onceward.messaging.tests.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static java.util.stream.Collectors.toMap;
import static onceward.messaging.replay.ReplayOutcome.BEHIND_FAILED;
import static onceward.messaging.replay.ReplayOutcome.DEAD_LETTER;
import static onceward.messaging.replay.ReplayOutcome.FAILED;
import static onceward.messaging.replay.ReplayOutcome.HANDLED;
import static onceward.messaging.replay.ReplayOutcome.HANDLED_BEFORE;
import static onceward.messaging.replay.ReplayOutcome.NEVER_REPLAYED;
import static onceward.messaging.replay.ReplayOutcome.NOT_CHOSEN;
import static onceward.messaging.replay.ReplayOutcome.NO_HANDLER;
import static onceward.messaging.replay.ReplayOutcome.PARKED;
import static onceward.messaging.replay.ReplayOutcome.TOO_OLD;
import static onceward.messaging.replay.ReplayOutcome.UNREADABLE;
import static onceward.messaging.tests.replay.Stories.BROKEN;
import static onceward.messaging.tests.replay.Stories.CONSUMER;
import static onceward.messaging.tests.replay.Stories.TOPIC;
import static onceward.messaging.tests.replay.Stories.told;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.deadletter.DeadLetterOffice;
import onceward.messaging.replay.Replay;
import onceward.messaging.replay.ReplayFailure;
import onceward.messaging.replay.ReplayMode;
import onceward.messaging.replay.ReplayOutcome;
import onceward.messaging.replay.ReplayRequest;
import onceward.messaging.replay.ReplaySelection;
import onceward.messaging.replay.ReplayState;
import onceward.messaging.replay.Replays;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.testkit.TestServers;
import onceward.messaging.testkit.TestService.Position;
import onceward.messaging.tests.Ledger;
import onceward.messaging.tests.LedgerServiceTest;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Goal: an operator brings back effects that are missing, knows beforehand what will happen, and
 * does not disturb the live consumer.
 *
 * <p>Method: effects and claims are deleted, as a database that was restored from a backup lacks
 * them while Kafka has the consumer's later offsets.
 */
@MicronautTest(transactional = false)
@Property(name = "ledger.replay", value = "true")
@Property(name = "messaging.attempts-max", value = "1")
@Property(name = "messaging.kill-switch.messages-min", value = "1000000")
class ReplayTest extends LedgerServiceTest {

  @Inject Replays replays;
  @Inject DeadLetterOffice letters;
  @Inject Ledger ledger;

  @AfterEach
  void mend() throws SQLException {
    BROKEN.clear();
    run("update inbox_low_water set mark = '00000000-0000-0000-0000-000000000000'");
  }

  @Test
  void a_repair_handles_what_is_missing_and_nothing_else() throws Exception {
    var messages = handled(IntStream.range(0, 30).mapToObj(n -> told("r" + n, 1)).toList());
    var missing = messages.subList(10, 13);
    forget(missing);

    var plan = planned(request(only(messages)));
    assertThat(plan.state()).isEqualTo(ReplayState.PLANNED);
    assertThat(plan.planned(HANDLED)).isEqualTo(3);
    assertThat(plan.planned(HANDLED_BEFORE)).isEqualTo(27);
    assertThat(ledger.entries(CONSUMER)).doesNotContainAnyElementsOf(ids(missing));

    var done = run(plan);
    assertThat(done.count(HANDLED)).isEqualTo(3);
    assertThat(done.count(HANDLED_BEFORE)).isEqualTo(27);
    assertOneEffect(messages);

    var again = run(planned(request(only(messages))));
    assertThat(again.count(HANDLED)).isZero();
    assertThat(again.count(HANDLED_BEFORE)).isEqualTo(30);
    assertOneEffect(messages);
  }

  @Test
  void the_live_consumer_goes_on_and_its_offsets_stay() throws Exception {
    var messages = handled(List.of(told("live", 1), told("live", 2)));
    forget(messages);
    var before = committedOffsets();
    var members = members();

    var plan = planned(request(only(messages)));
    run(plan);

    assertThat(committedOffsets()).isEqualTo(before);
    assertThat(members()).isEqualTo(members);
    assertOneEffect(messages);
    assertOneEffect(handled(List.of(told("live", 3))));
  }

  @Test
  void each_record_that_is_passed_over_is_counted_by_its_reason() throws Exception {
    var first = service.publish(Stories.of("Hummed", "s", 1));
    service.publish(new ProducerRecord<>(TOPIC, "s".getBytes(UTF_8), "no message".getBytes(UTF_8)));
    var mailed = Stories.of("Mailed", "s", 2);
    service.publish(mailed);
    var chosen = told("s", 3);
    var last = service.publish(chosen);
    // A record that is no message becomes a dead letter, behind which its key waits.
    await().atMost(20, SECONDS).until(() -> count("dead_letter where state = 'open'") == 1);
    await().atMost(30, SECONDS).until(() -> committedIn(last.partition()) > last.offset());
    run("update dead_letter set state = 'discarded', closed_at = now() where state = 'open'");
    run("update consumed_key set parked_at = null where consumer = 'listener'");
    run("delete from parked_message");
    forget(List.of(mailed, chosen));

    var plan = planned(request(range(first, last)));

    assertThat(plan.planned())
        .isEqualTo(Map.of(NO_HANDLER, 1L, UNREADABLE, 1L, NEVER_REPLAYED, 1L, HANDLED, 1L));
    assertThat(run(plan).counts()).isEqualTo(plan.planned());
    assertThat(ledger.entries(CONSUMER)).contains(chosen.id()).doesNotContain(mailed.id());
  }

  @Test
  void keys_types_times_and_offsets_choose() throws Exception {
    var early = told("c", 1);
    var first = service.publish(early);
    var between = afterNow();
    var late = told("c", 2);
    var last = service.publish(late);
    handledOnce(List.of(early, late));
    await().atMost(30, SECONDS).until(() -> committedIn(last.partition()) > last.offset());
    forget(List.of(early, late));
    var partition = Set.of(first.partition());

    var bySince =
        new ReplaySelection(
            partition, null, last.offset() + 1, between, null, Set.of(), Set.of(), Set.of());
    assertThat(planned(request(bySince)).planned()).isEqualTo(Map.of(HANDLED, 1L));
    var byUntil =
        new ReplaySelection(
            partition, first.offset(), null, null, between, Set.of(), Set.of(), Set.of());
    assertThat(planned(request(byUntil)).planned()).isEqualTo(Map.of(HANDLED, 1L));
    var byType =
        new ReplaySelection(
            Set.of(), null, null, null, null, Set.of("c"), Set.of("Mailed"), Set.of());
    assertThat(planned(request(byType)).planned()).containsOnlyKeys(NOT_CHOSEN);
    var byKey =
        new ReplaySelection(Set.of(), null, null, null, null, Set.of("c"), Set.of(), Set.of());
    assertThat(run(planned(request(byKey))).count(HANDLED)).isEqualTo(2);
    assertOneEffect(List.of(early, late));
  }

  @Test
  void messages_from_before_the_low_water_mark_are_refused_and_none_is_handled() throws Exception {
    var messages = handled(List.of(told("o", 1), told("o", 2)));
    forget(messages);
    run("update inbox_low_water set mark = 'ffffffff-ffff-7000-8000-000000000000'");

    var plan = planned(request(only(messages)));

    assertThat(plan.state()).isEqualTo(ReplayState.REFUSED);
    assertThat(plan.planned(TOO_OLD)).isEqualTo(2);
    assertThat(plan.note()).contains("2 messages are from before").contains("--since");
    assertThat(replays.run(plan.id())).isFalse();
    assertThat(ledger.entries(CONSUMER)).doesNotContainAnyElementsOf(ids(messages));
  }

  @Test
  void a_message_that_fails_is_named_and_keeps_back_those_behind_it() throws Exception {
    var broken = List.of(told("f", 1), told("f", 2));
    var fine = List.of(told("g", 1), told("g", 2));
    var messages = handled(Stream.concat(broken.stream(), fine.stream()).toList());
    forget(messages);
    BROKEN.add("f");

    var done = run(planned(request(only(messages))));

    assertThat(done.counts())
        .containsEntry(HANDLED, 2L)
        .containsEntry(FAILED, 1L)
        .containsEntry(BEHIND_FAILED, 1L);
    assertThat(replays.failures(done.id(), 10))
        .singleElement()
        .returns(broken.getFirst().id(), ReplayFailure::messageId)
        .returns("f", ReplayFailure::key)
        .satisfies(failure ->
            assertThat(failure.failure())
                .startsWith("IllegalStateException at ")
                .doesNotContain("ada@example.com"));
    assertThat(ledger.entries(CONSUMER)).doesNotContainAnyElementsOf(ids(broken));
    assertThat(count("dead_letter where key = 'f'")).isZero();
    assertOneEffect(fine);

    BROKEN.clear();
    assertThat(run(planned(request(only(messages)))).count(HANDLED)).isEqualTo(2);
    assertOneEffect(messages);
    assertThat(ledger.entries(CONSUMER)).containsSubsequence(ids(broken));
  }

  @Test
  void a_repair_makes_dead_letters_in_the_order_of_the_key_if_it_is_told_to() throws Exception {
    var ended = told("d", 1);
    var behind = told("d", 2);
    var fine = told("e", 1);
    var messages = handled(List.of(ended, behind, fine));
    forget(messages);
    BROKEN.add("d");

    var done = run(planned(makingLetters(only(messages), 100)));

    assertThat(done.counts())
        .containsEntry(DEAD_LETTER, 1L)
        .containsEntry(PARKED, 1L)
        .containsEntry(HANDLED, 1L)
        .doesNotContainKeys(FAILED, BEHIND_FAILED);
    assertThat(replays.failures(done.id(), 10)).isEmpty();
    assertOneEffect(List.of(fine));
    var live = told("d", 3);
    service.publish(live);
    await()
        .atMost(30, SECONDS)
        .until(() -> count("parked_message where message_id = '%s'".formatted(live.id())) == 1);

    BROKEN.clear();
    var letter =
        letters.open(null, 100).stream()
            .filter(open -> ended.id().equals(open.messageId()))
            .findFirst()
            .orElseThrow();
    letters.discard(letter.id());
    assertThat(entriesOf(List.of(ended, behind, live))).containsExactly(behind.id(), live.id());
    assertThat(run(planned(request(only(messages)))).count(HANDLED_BEFORE)).isEqualTo(3);
  }

  /** Guard: without it, a cause that everything has makes letters of a whole topic. */
  @Test
  void a_repair_that_makes_dead_letters_pauses_itself_as_any_other() throws Exception {
    var messages = handled(IntStream.range(0, 5).mapToObj(n -> told("h" + n, 1)).toList());
    forget(messages);
    messages.forEach(message -> BROKEN.add(message.aggregateId()));
    var plan = planned(makingLetters(only(messages), 3));
    replays.run(plan.id());

    var paused = awaitState(plan.id(), ReplayState.PAUSED);
    assertThat(paused.note()).contains("3 messages became dead letters");
    assertThat(count("dead_letter where key like 'h_' and state = 'open'")).isEqualTo(3);

    BROKEN.clear();
    assertThat(replays.resume(plan.id())).isTrue();
    assertThat(awaitState(plan.id(), ReplayState.DONE).count(HANDLED)).isEqualTo(2);
    letters.open(null, 100).stream()
        .filter(open -> ids(messages).contains(open.messageId()))
        .forEach(open -> letters.retry(open.id()));
    assertOneEffect(messages);
  }

  @Test
  void a_replay_whose_messages_fail_pauses_itself_and_can_be_given_up() throws Exception {
    var messages = handled(IntStream.range(0, 5).mapToObj(n -> told("m" + n, 1)).toList());
    forget(messages);
    messages.forEach(message -> BROKEN.add(message.aggregateId()));
    var plan =
        planned(
            new ReplayRequest(
                CONSUMER, TOPIC, ReplayMode.REPAIR, only(messages), 1_000, 3, "ada", null));
    replays.run(plan.id());

    var paused = awaitState(plan.id(), ReplayState.PAUSED);
    assertThat(paused.note()).contains("3 messages failed");
    assertThat(paused.count(FAILED)).isEqualTo(3);
    assertThat(replays.cancel(plan.id())).isTrue();
    assertThat(replays.resume(plan.id())).isFalse();
    assertThat(replays.find(plan.id()).orElseThrow().endedAt()).isNotNull();
  }

  @Test
  void a_replay_that_paused_itself_goes_on_to_its_end_when_the_cause_is_mended() throws Exception {
    var messages = handled(IntStream.range(0, 9).mapToObj(n -> told("n" + n, 1)).toList());
    forget(messages);
    messages.forEach(message -> BROKEN.add(message.aggregateId()));
    var plan =
        planned(
            new ReplayRequest(
                CONSUMER, TOPIC, ReplayMode.REPAIR, only(messages), 1_000, 2, "ada", null));
    replays.run(plan.id());
    awaitState(plan.id(), ReplayState.PAUSED);

    BROKEN.clear();
    assertThat(replays.resume(plan.id())).isTrue();

    var done = awaitState(plan.id(), ReplayState.DONE);
    assertThat(done.count(FAILED)).isEqualTo(2);
    assertThat(done.count(HANDLED)).isEqualTo(7);
    assertThat(run(planned(request(only(messages)))).count(HANDLED)).isEqualTo(2);
    assertOneEffect(messages);
  }

  @Test
  void force_handles_a_message_once_that_the_topic_has_twice() throws Exception {
    var message = told("t", 1);
    handled(List.of(message));
    handled(List.of(message));

    var plan = planned(force(List.of(message)));
    assertThat(plan.planned(HANDLED)).isOne();
    assertThat(plan.planned(HANDLED_BEFORE)).isOne();

    var done = run(plan);
    assertThat(done.count(HANDLED)).isOne();
    assertThat(done.count(HANDLED_BEFORE)).isOne();
    assertThat(entriesOf(List.of(message))).hasSize(2);
  }

  @Test
  void a_message_that_is_too_old_is_neither_parked_nor_claimed_behind_a_dead_letter()
      throws Exception {
    var old = told("q", 1);
    handled(List.of(old));
    BROKEN.add("q");
    service.publish(told("q", 2));
    await().atMost(20, SECONDS).until(() -> count("dead_letter where state = 'open'") == 1);
    forget(List.of(old));
    var outside =
        new Message(
            TestMessages.newId(Instant.parse("2020-01-01T00:00:00Z")),
            "story",
            "q",
            3,
            "Told",
            "{\"by\":\"ada\"}",
            MessageContext.NONE);
    service.publish(outside);
    await().atMost(20, SECONDS).until(() -> service.inbox(CONSUMER).parked("q") == 1);
    run("delete from parked_message");
    run("delete from inbox where message_id = '%s'".formatted(outside.id()));
    run("update inbox_low_water set mark = '01a00000-0000-7000-8000-000000000000'");

    var plan = planned(request(only(List.of(outside))));
    assertThat(plan.state()).isEqualTo(ReplayState.REFUSED);
    assertThat(plan.planned(TOO_OLD)).isOne();

    var forced = run(planned(force(List.of(outside))));
    assertThat(forced.count(FAILED)).isOne();
    assertThat(count("inbox where message_id = '%s'".formatted(outside.id()))).isZero();
    assertThat(service.inbox(CONSUMER).parked("q")).isZero();
    run("update dead_letter set state = 'discarded', closed_at = now() where state = 'open'");
    run("update consumed_key set parked_at = null where consumer = 'listener'");
  }

  @Test
  void a_repair_stores_a_message_behind_the_dead_letter_of_its_key() throws Exception {
    var missing = told("v", 1);
    handled(List.of(missing));
    BROKEN.add("v");
    service.publish(told("v", 2));
    await().atMost(20, SECONDS).until(() -> count("dead_letter where state = 'open'") == 1);
    forget(List.of(missing));

    var done = run(planned(request(only(List.of(missing)))));

    assertThat(done.count(ReplayOutcome.PARKED)).isOne();
    assertThat(service.inbox(CONSUMER).parked("v")).isOne();
    run("update dead_letter set state = 'discarded', closed_at = now() where state = 'open'");
    run("delete from parked_message");
    run("update consumed_key set parked_at = null where consumer = 'listener'");
  }

  @Test
  void a_message_behind_a_dead_letter_of_its_key_stays_parked() throws Exception {
    BROKEN.add("p");
    var letter = told("p", 1);
    service.publish(letter);
    await().atMost(20, SECONDS).until(() -> count("dead_letter where state = 'open'") == 1);
    var behind = told("p", 2);
    service.publish(behind);
    await().atMost(20, SECONDS).until(() -> service.inbox(CONSUMER).parked("p") == 1);

    var done = run(planned(request(only(List.of(letter, behind)))));

    assertThat(done.count(HANDLED)).isZero();
    assertThat(done.count(HANDLED_BEFORE)).isEqualTo(2);
    assertThat(run(planned(force(List.of(letter, behind)))).count(ReplayOutcome.PARKED))
        .isEqualTo(2);
    assertThat(ledger.entries(CONSUMER)).doesNotContain(letter.id(), behind.id());
    run("update dead_letter set state = 'discarded', closed_at = now() where state = 'open'");
    run("delete from parked_message");
    run("update consumed_key set parked_at = null where consumer = 'listener'");
  }

  @Test
  void force_handles_the_named_messages_once_more() throws Exception {
    var messages = handled(List.of(told("w", 1), told("w", 2), told("w", 3)));
    var named = messages.subList(0, 2);

    var plan = planned(force(named));
    assertThat(plan.planned(HANDLED)).isEqualTo(2);
    assertThat(run(plan).count(HANDLED)).isEqualTo(2);

    assertThat(entriesOf(messages))
        .containsExactlyElementsOf(
            Stream.concat(ids(messages).stream(), ids(named).stream()).toList());
  }

  @Test
  void force_names_the_messages_that_are_not_there() throws Exception {
    var messages = handled(List.of(told("x", 1)));
    var plan = planned(force(List.of(messages.getFirst(), told("x", 2))));

    assertThat(plan.planNote()).contains("1 of 2 messages are not among the chosen records");
  }

  @Test
  void force_needs_a_reason_and_names() {
    var some = only(List.of(told("y", 1)));
    assertThatThrownBy(
            () -> new ReplayRequest(CONSUMER, TOPIC, ReplayMode.FORCE, some, 1, 1, "ada", " "))
        .hasMessageContaining("a reason is required");
    assertThatThrownBy(() ->
            new ReplayRequest(
                CONSUMER, TOPIC, ReplayMode.FORCE, ReplaySelection.all(), 1, 1, "ada", "lost"))
        .hasMessageContaining("name the messages");
    assertThatThrownBy(() ->
            new ReplayRequest(
                CONSUMER, TOPIC, ReplayMode.FORCE, some, 1, 1, "ada", "lost", false, true))
        .hasMessageContaining("deadLetters is 'true'; allowed: false", "mode is force");
  }

  @Test
  void an_unknown_consumer_and_an_unknown_partition_are_refused_with_what_there_is()
      throws Exception {
    assertThatThrownBy(() ->
            replays.plan(
                new ReplayRequest(
                    "nobody", TOPIC, ReplayMode.REPAIR, ReplaySelection.all(), 1, 1, "ada", null)))
        .hasMessageContaining("no consumer 'nobody'")
        .hasMessageContaining("listener on story.events");

    var plan =
        planned(
            request(
                new ReplaySelection(
                    Set.of(9), null, null, null, null, Set.of(), Set.of(), Set.of())));
    assertThat(plan.state()).isEqualTo(ReplayState.REFUSED);
    assertThat(plan.note()).startsWith("story.events has no partition 9; it has: [0, ");
  }

  @Test
  void a_paused_replay_goes_on_where_it_was() throws Exception {
    var messages = handled(IntStream.range(0, 40).mapToObj(n -> told("z" + n, 1)).toList());
    forget(messages);
    var plan =
        planned(
            new ReplayRequest(
                CONSUMER, TOPIC, ReplayMode.REPAIR, only(messages), 20, 100, "ada", null));
    replays.run(plan.id());
    await()
        .atMost(20, SECONDS)
        .until(() -> replays.find(plan.id()).orElseThrow().count(HANDLED) > 4);

    assertThat(replays.pause(plan.id())).isTrue();
    // What is in hand comes to its end within a look of the worker; then nothing more happens.
    var held = awaitStill(plan.id());
    assertThat(held).isLessThan(40);
    await()
        .during(Duration.ofSeconds(2))
        .atMost(10, SECONDS)
        .until(() -> replays.find(plan.id()).orElseThrow().count(HANDLED) == held);
    assertThat(replays.resume(plan.id())).isTrue();

    assertThat(awaitState(plan.id(), ReplayState.DONE).count(HANDLED)).isEqualTo(40);
    assertOneEffect(messages);
  }

  private ReplayRequest request(ReplaySelection selection) {
    return new ReplayRequest(
        CONSUMER, TOPIC, ReplayMode.REPAIR, selection, 10_000, 100, "ada", null);
  }

  private static ReplayRequest makingLetters(ReplaySelection selection, int failuresMax) {
    return new ReplayRequest(
        CONSUMER,
        TOPIC,
        ReplayMode.REPAIR,
        selection,
        10_000,
        failuresMax,
        "ada",
        "ended",
        false,
        true);
  }

  private ReplayRequest force(List<Message> messages) {
    return new ReplayRequest(
        CONSUMER, TOPIC, ReplayMode.FORCE, only(messages), 10_000, 100, "ada", "lost in a restore");
  }

  private static ReplaySelection only(List<Message> messages) {
    return new ReplaySelection(
        Set.of(), null, null, null, null, Set.of(), Set.of(), Set.copyOf(ids(messages)));
  }

  private static ReplaySelection range(Position first, Position last) {
    return new ReplaySelection(
        Set.of(first.partition()),
        first.offset(),
        last.offset() + 1,
        null,
        null,
        Set.of(),
        Set.of(),
        Set.of());
  }

  private Replay planned(ReplayRequest request) {
    var id = replays.plan(request).id();
    await()
        .atMost(30, SECONDS)
        .until(() ->
            Set.of(ReplayState.PLANNED, ReplayState.REFUSED)
                .contains(replays.find(id).orElseThrow().state()));
    return replays.find(id).orElseThrow();
  }

  private Replay run(Replay plan) {
    assertThat(replays.run(plan.id())).isTrue();
    return awaitState(plan.id(), ReplayState.DONE);
  }

  private Replay awaitState(UUID id, ReplayState state) {
    await().atMost(30, SECONDS).until(() -> replays.find(id).orElseThrow().state() == state);
    return replays.find(id).orElseThrow();
  }

  /** Publishes, and waits until the live consumer has handled and committed them. */
  private List<Message> handled(List<Message> messages) throws Exception {
    var last = new HashMap<Integer, Long>();
    for (var message : messages) {
      var at = service.publish(message);
      last.put(at.partition(), at.offset());
    }
    handledOnce(messages);
    for (var partition : last.keySet()) {
      await()
          .atMost(30, SECONDS)
          .until(() -> committedIn(partition) > last.getOrDefault(partition, 0L));
    }
    return messages;
  }

  private long awaitStill(UUID id) {
    var before = new AtomicLong(-1);
    await()
        .pollInterval(Duration.ofMillis(500))
        .atMost(20, SECONDS)
        .until(() -> {
          var now = replays.find(id).orElseThrow().count(HANDLED);
          return before.getAndSet(now) == now;
        });
    return before.get();
  }

  private void handledOnce(List<Message> messages) {
    await().atMost(30, SECONDS).until(() -> ledger.entries(CONSUMER).containsAll(ids(messages)));
  }

  private void forget(List<Message> messages) throws SQLException {
    for (var table : List.of("inbox", "ledger")) {
      try (var connection = service.connect();
          var delete =
              connection.prepareStatement(
                  "delete from %s where message_id = any (?)".formatted(table))) {
        delete.setArray(1, connection.createArrayOf("uuid", ids(messages).toArray()));
        delete.executeUpdate();
      }
    }
  }

  private void assertOneEffect(List<Message> messages) {
    assertThat(entriesOf(messages)).containsExactlyInAnyOrderElementsOf(ids(messages));
  }

  private List<UUID> entriesOf(List<Message> messages) {
    var entries = new ArrayList<>(ledger.entries(CONSUMER));
    entries.retainAll(ids(messages));
    return entries;
  }

  private void run(String sql) throws SQLException {
    try (var connection = service.connect();
        var statement = connection.prepareStatement(sql)) {
      statement.execute();
    }
  }

  private int count(String rows) throws SQLException {
    return service.look(connection -> {
      try (var select = connection.prepareStatement("select count(*)::int from " + rows)) {
        var row = select.executeQuery();
        row.next();
        return row.getInt(1);
      }
    });
  }

  private static Map<TopicPartition, OffsetAndMetadata> committed() throws Exception {
    try (var admin = admin()) {
      return admin
          .listConsumerGroupOffsets(CONSUMER + "." + TOPIC)
          .partitionsToOffsetAndMetadata()
          .get();
    }
  }

  /** Without what the consumer notes beside them from time to time. */
  private static Map<TopicPartition, Long> committedOffsets() throws Exception {
    return committed().entrySet().stream()
        .collect(toMap(Map.Entry::getKey, at -> at.getValue().offset()));
  }

  private static long committedIn(int partition) throws Exception {
    var at = committed().get(new TopicPartition(TOPIC, partition));
    return at == null ? 0 : at.offset();
  }

  private static Set<String> members() throws Exception {
    try (var admin = admin()) {
      var group = CONSUMER + "." + TOPIC;
      return Set.copyOf(
          admin.describeConsumerGroups(List.of(group)).all().get().get(group).members().stream()
              .map(member -> member.consumerId())
              .toList());
    }
  }

  private static Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", TestServers.kafka().bootstrapServers()));
  }

  private static Instant afterNow() {
    var later = Instant.now().plusMillis(5);
    await().atMost(5, SECONDS).until(() -> Instant.now().isAfter(later));
    return later;
  }
}
