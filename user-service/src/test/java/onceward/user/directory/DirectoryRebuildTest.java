package onceward.user.directory;

import static java.util.Objects.requireNonNull;
import static onceward.messaging.replay.ReplayOutcome.FAILED;
import static onceward.messaging.replay.ReplayOutcome.HANDLED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micronaut.context.annotation.Property;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import onceward.messaging.Message;
import onceward.messaging.readmodel.ReadModel;
import onceward.messaging.readmodel.ReadModels;
import onceward.messaging.replay.Replay;
import onceward.messaging.replay.ReplayMode;
import onceward.messaging.replay.ReplayRequest;
import onceward.messaging.replay.ReplaySelection;
import onceward.messaging.replay.ReplayState;
import onceward.messaging.replay.Replays;
import onceward.messaging.testkit.MessagingTest;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.testkit.TestService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Goal: the directory is made anew from its topic while it answers and changes, and in the end
 * nobody sees a difference but that what was wrong is right.
 */
@MessagingTest(
    name = "user",
    topics = {"account.events", "profile.events"})
@Property(name = "auth.issuer", value = "https://onceward.test")
@Property(name = "auth-service.url", value = "http://127.0.0.1:9")
class DirectoryRebuildTest {

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @Inject TestService service;
  @Inject DirectoryEntries entries;
  @Inject Replays replays;
  @Inject ReadModels models;
  @Inject ReadModel<DirectoryEntry> directory;

  @AfterEach
  void giveUpWhatIsOpen() {
    replays.latest(100).forEach(replay -> replays.cancel(replay.id()));
  }

  @Test
  void a_table_that_was_damaged_is_right_again_and_the_other_one_answers() throws Exception {
    var messages = handled(people(30));
    // Other tests have published to the topic as well: a rebuild finds their people, too.
    ended(planned());
    var before = rows("directory");
    var live = live();
    execute(
        "update %s set name = 'Nobody', search_name = 'NOBODY' where name is not null"
            .formatted(table(live)));
    execute(
        "delete from %s where account_id = '%s'"
            .formatted(table(live), messages.getFirst().aggregateId()));
    // The inbox is not asked: what it has forgotten is filled all the same.
    execute("update inbox_low_water set mark = 'ffffffff-ffff-ffff-ffff-ffffffffffff'");

    var plan = planned();
    assertThat(plan.planned(HANDLED)).isGreaterThanOrEqualTo(30);
    assertThat(rows("directory")).isNotEqualTo(before);
    execute("update inbox_low_water set mark = '00000000-0000-0000-0000-000000000000'");
    var done = ended(plan);

    assertThat(done.state()).isEqualTo(ReplayState.DONE);
    assertThat(live()).isEqualTo(3 - live);
    assertThat(models.generations(directory).building()).isNull();
    assertThat(rows("directory")).isEqualTo(before).isEqualTo(rows(table(3 - live)));
    // A name that is erased later must not be left in the table that no longer answers.
    assertThat(rows(table(live))).isEmpty();
  }

  @Test
  void what_is_published_between_plan_and_run_is_not_left_out() throws Exception {
    handled(people(3));
    var plan = planned();

    var later = handled(people(5));
    ended(plan);

    assertThat(accounts()).containsAll(ids(later));
  }

  /**
   * Method: half of the messages of a person come before the rebuild, half of them while it runs.
   */
  @Test
  void the_directory_changes_and_answers_while_it_is_rebuilt() throws Exception {
    handled(people(500));
    var stop = new AtomicBoolean();
    var searches = new ArrayList<Integer>();
    var failures = new ArrayList<Throwable>();
    var someone = handled(List.of(listed(UUID.randomUUID(), 2, "Stable Person"))).getFirst();
    var searching =
        Thread.ofPlatform()
            .start(() -> {
              try {
                while (!stop.get()) {
                  searches.add(
                      entries.find(DirectorySearch.of("stable person", null, null)).size());
                }
              } catch (Throwable failure) {
                failures.add(failure);
              }
            });
    var published = new ArrayList<Message>();
    var plan = planned();
    replays.run(plan.id());
    while (!isOver(find(plan.id()))) {
      for (var message : people(20)) {
        service.publish(message);
        published.add(message);
      }
    }
    stop.set(true);
    searching.join();
    assertThat(find(plan.id()).state()).isEqualTo(ReplayState.DONE);
    assertThat(service.inbox(DirectoryProjection.CONSUMER))
        .eventually(PATIENCE)
        .handled(published.getLast());
    await().atMost(PATIENCE).until(() -> accounts().containsAll(ids(published)));

    assertThat(failures).isEmpty();
    assertThat(searches).isNotEmpty().allMatch(found -> found == 1);
    assertThat(accounts()).contains(someone.aggregateId());
    var again = rows("directory");
    ended(planned());
    assertThat(rows("directory")).isEqualTo(again);
  }

  @Test
  void a_rebuild_that_is_cancelled_leaves_the_live_table_and_the_next_one_begins_anew()
      throws Exception {
    handled(people(40));
    var before = rows("directory");
    var live = live();
    var plan = planned(10);
    replays.run(plan.id());
    await().atMost(PATIENCE).until(() -> find(plan.id()).count(HANDLED) > 0);

    assertThat(replays.cancel(plan.id())).isTrue();

    assertThat(live()).isEqualTo(live);
    assertThat(models.generations(directory).building()).isNull();
    assertThat(rows("directory")).isEqualTo(before);
    assertThat(rows(table(3 - live))).isEmpty();
    execute(
        "insert into %s (account_id, version, name, search_name) values (uuidv7(), 9, 'Left', 'LEFT')"
            .formatted(table(3 - live)));
    ended(planned());
    assertThat(rows("directory")).isEqualTo(before);
  }

  @Test
  void a_message_that_cannot_be_filled_keeps_the_old_table_live() throws Exception {
    var messages = handled(people(3));
    var live = live();
    execute(
        "alter table %s add constraint planted check (account_id <> '%s')"
            .formatted(table(3 - live), messages.getFirst().aggregateId()));
    try {
      var paused = ended(planned());

      assertThat(paused.state()).isEqualTo(ReplayState.PAUSED);
      assertThat(paused.note()).contains("the old one stays live");
      assertThat(paused.count(FAILED)).isEqualTo(1);
      assertThat(live()).isEqualTo(live);
      assertThat(ended(paused, Replays::resume).state()).isEqualTo(ReplayState.PAUSED);

      execute(
          """
          insert into dead_letter (consumer, topic, kafka_partition, kafka_offset, message_id,
            reason, exception, stack_digest, attempts, state, closed_at)
          values ('%s', 'profile.events', 0, 0, '%s', 'poison', 'x', 'x', 1, 'discarded', now())
          """
              .formatted(DirectoryProjection.CONSUMER, messages.getFirst().id()));
      assertThat(ended(paused, Replays::resume).state()).isEqualTo(ReplayState.DONE);
      assertThat(accounts())
          .doesNotContain(messages.getFirst().aggregateId())
          .contains(messages.getLast().aggregateId());
    } finally {
      execute("alter table %s drop constraint planted".formatted(table(3 - live)));
    }
    // As the other tests expect.
    ended(planned());
    assertThat(accounts()).contains(messages.getFirst().aggregateId());
  }

  @Test
  void a_second_rebuild_waits_for_the_first() throws Exception {
    handled(people(40));
    var first = planned(10);
    replays.run(first.id());
    await().atMost(PATIENCE).until(() -> find(first.id()).count(HANDLED) > 0);
    replays.pause(first.id());
    await().atMost(PATIENCE).until(() -> find(first.id()).state() == ReplayState.PAUSED);

    var second = ended(planned());

    assertThat(second.state()).isEqualTo(ReplayState.PAUSED);
    assertThat(second.note()).contains(first.id().toString(), "cancel it");
    assertThat(replays.cancel(first.id())).isTrue();
    replays.resume(second.id());
    assertThat(until(second.id(), DirectoryRebuildTest::isOver).state())
        .isEqualTo(ReplayState.DONE);
  }

  @Test
  void a_rebuild_is_of_a_read_model_and_of_its_whole_topic() {
    assertThatThrownBy(() -> replays.plan(request("user-service", "account.events", 1_000)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("user-directory on profile.events");
    var some =
        new ReplaySelection(Set.of(), null, null, null, null, Set.of("a"), Set.of(), Set.of());
    assertThatThrownBy(() ->
            new ReplayRequest(
                DirectoryProjection.CONSUMER,
                "profile.events",
                ReplayMode.REBUILD,
                some,
                1_000,
                100,
                "tester",
                null))
        .hasMessageContaining("all records of the topic; leave out: keys [a]");
  }

  private ReplayRequest request(String consumer, String topic, double rate) {
    return new ReplayRequest(
        consumer, topic, ReplayMode.REBUILD, ReplaySelection.all(), rate, 100, "tester", "a test");
  }

  private Replay planned() {
    return planned(100_000);
  }

  private Replay planned(double rate) {
    var asked = replays.plan(request(DirectoryProjection.CONSUMER, "profile.events", rate));
    var plan = until(asked.id(), replay -> replay.state() == ReplayState.PLANNED);
    assertThat(plan.note()).isNull();
    return plan;
  }

  private Replay ended(Replay plan) {
    return ended(plan, Replays::run);
  }

  private Replay ended(Replay replay, BiPredicate<Replays, UUID> deed) {
    assertThat(deed.test(replays, replay.id())).isTrue();
    return until(replay.id(), DirectoryRebuildTest::isOver);
  }

  private static boolean isOver(Replay replay) {
    return replay.state() == ReplayState.PAUSED || replay.state() == ReplayState.DONE;
  }

  private Replay until(UUID id, Predicate<Replay> wanted) {
    return requireNonNull(await().atMost(PATIENCE).until(() -> find(id), wanted));
  }

  private Replay find(UUID id) {
    return replays.find(id).orElseThrow();
  }

  private List<Message> handled(List<Message> messages) {
    messages.forEach(service::publish);
    for (var message : messages) {
      assertThat(service.inbox(DirectoryProjection.CONSUMER)).eventually(PATIENCE).handled(message);
    }
    return messages;
  }

  private static List<Message> people(int number) {
    var messages = new ArrayList<Message>();
    for (var person = 0; person < number; person++) {
      messages.add(listed(UUID.randomUUID(), 2, "Person " + person));
    }
    return messages;
  }

  private static Message listed(UUID id, long version, String name) {
    return TestMessages.fromSample(
        "profile", "ProfileListed", id, version, "accountId", id, "name", name);
  }

  private static List<String> ids(List<Message> messages) {
    return messages.stream().map(Message::aggregateId).toList();
  }

  private int live() {
    return models.generations(directory).live();
  }

  private static String table(int generation) {
    return generation == 1 ? "directory_entry" : "directory_entry_2";
  }

  private List<String> accounts() throws SQLException {
    return rows("directory").stream().map(row -> row.substring(0, 36)).toList();
  }

  private List<String> rows(String table) throws SQLException {
    return service.look(connection -> {
      try (var select = connection.createStatement()) {
        var row =
            select.executeQuery(
                "select concat_ws(' ', account_id, version, coalesce(name, 'nobody')) from %s order by 1"
                    .formatted(table));
        var rows = new ArrayList<String>();
        while (row.next()) {
          rows.add(row.getString(1));
        }
        return rows;
      }
    });
  }

  private void execute(String sql) throws SQLException {
    try (var connection = service.connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
