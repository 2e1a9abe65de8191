package onceward.messaging.tests.retention;

import static java.util.concurrent.TimeUnit.SECONDS;
import static onceward.messaging.tests.retention.RetainedService.idOf;
import static onceward.messaging.tests.retention.RetainedService.partition;
import static onceward.messaging.tests.retention.RetainedService.withoutTimeInRangeOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import onceward.messaging.tests.retention.RetainedService.Finding;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Goal: days come and go, and no message is lost or handled twice by it: not while others write,
 * not when a day was not made in time, not when the relay has not seen it.
 */
@Tag("every-postgres")
class RetentionTest {

  private static final int KEEP = 14;

  RetainedService retained;

  @BeforeEach
  void start() {
    retained = new RetainedService();
  }

  @AfterEach
  void stop() {
    retained.close();
  }

  @Test
  void the_migrations_make_today_and_the_next_seven_days() throws Exception {
    for (var table : List.of("outbox", "inbox")) {
      assertThat(days(table, 0, 7)).allMatch(retained::exists);
      assertThat(retained.exists(partition(table, 8))).isFalse();
    }
    assertThat(retained.append()).isEqualTo(partition("outbox", 0));
  }

  @Test
  void days_are_made_ahead_and_made_once() throws Exception {
    for (var table : List.of("outbox", "inbox")) {
      assertThat(retained.retain(table, KEEP, 10))
          .extracting(Finding::what, Finding::subject, Finding::detail)
          .containsExactly(
              made(table, 8), made(table, 9), made(table, 10), tuple("ahead", table, "10"));
      assertThat(retained.retain(table, KEEP, 10))
          .containsExactly(new Finding("ahead", table, "10"));
    }
  }

  @Test
  void eight_instances_at_once_make_each_day_once() throws Exception {
    Callable<List<Finding>> run = () -> retained.retain("outbox", KEEP, 40);
    try (var instances = Executors.newVirtualThreadPerTaskExecutor()) {
      var findings =
          instances.invokeAll(Collections.nCopies(8, run)).stream()
              .flatMap(done -> done.resultNow().stream())
              .toList();

      assertThat(subjects(findings, "made")).containsExactlyElementsOf(days("outbox", 8, 40));
      assertThat(findings).extracting(Finding::what).doesNotContain("blocked");
    }
  }

  @Test
  void an_instance_gives_way_to_one_that_is_at_it() throws Exception {
    try (var other = retained.service.connectAsService()) {
      other.setAutoCommit(false);
      RetainedService.retain(other, "outbox", KEEP, 8);

      var findings = retained.retain("outbox", KEEP, 8);
      assertThat(subjects(findings, "busy")).containsExactly("outbox");
      assertThat(subjects(findings, "made")).isEmpty();
      other.rollback();
    }
    assertThat(subjects(retained.retain("outbox", KEEP, 8), "made"))
        .containsExactly(partition("outbox", 8));
  }

  @Test
  void a_day_is_made_while_a_transaction_that_has_appended_is_open() throws Exception {
    try (var open = retained.service.connect()) {
      open.setAutoCommit(false);
      RetainedService.append(open, idOf(0));

      assertThat(subjects(retained.retain("outbox", KEEP, 8), "made"))
          .containsExactly(partition("outbox", 8));
    }
  }

  @Test
  void a_day_of_the_outbox_is_dropped_once_the_relay_has_confirmed_it() throws Exception {
    retained.makePartition("outbox", -20);
    retained.append(-20);
    var day = partition("outbox", -20);

    assertThat(retained.retain("outbox", KEEP, 7))
        .anySatisfy(found -> {
          assertThat(found.what()).isEqualTo("kept");
          assertThat(found.subject()).isEqualTo(day);
          assertThat(found.detail()).contains("see that the relay runs");
        });
    retained.confirm();

    assertThat(subjects(retained.retain("outbox", 20, 7), "dropped")).isEmpty();
    assertThat(subjects(retained.retain("outbox", 19, 7), "dropped")).containsExactly(day);
    assertThat(retained.exists(day)).isFalse();
  }

  @Test
  void a_day_of_a_sharded_outbox_is_dropped_once_the_last_slot_has_confirmed_it() throws Exception {
    retained.addSlot();
    retained.makePartition("outbox", -20);
    retained.append(-20);
    retained.retain("outbox", KEEP, 7);

    retained.confirmFirst();
    assertThat(kept(retained.retain("outbox", KEEP, 7)))
        .contains("slot retained_second is at", "see that the relay runs");

    retained.confirm();
    assertThat(subjects(retained.retain("outbox", KEEP, 7), "dropped"))
        .containsExactly(partition("outbox", -20));
  }

  @Test
  void a_day_of_a_sharded_outbox_is_kept_when_one_slot_is_missing() throws Exception {
    retained.addSlot();
    retained.makePartition("outbox", -20);
    retained.append(-20);
    retained.retain("outbox", KEEP, 7);
    retained.dropAddedSlot();
    retained.confirmFirst();

    var findings = retained.retain("outbox", KEEP, 7);

    assertThat(findings)
        .filteredOn(found -> found.what().equals("slot"))
        .singleElement()
        .satisfies(
            found -> assertThat(found.detail()).startsWith("slot retained_second is missing"));
    assertThat(kept(findings)).contains("publish its rows again");
  }

  @Test
  void a_day_without_messages_is_dropped_whatever_the_relay_has_confirmed() throws Exception {
    retained.makePartition("outbox", -20);

    assertThat(subjects(retained.retain("outbox", KEEP, 7), "dropped"))
        .containsExactly(partition("outbox", -20));
  }

  /** Method: the transaction is older than what the relay has confirmed, and commits after it. */
  @Test
  void a_day_is_kept_while_a_transaction_that_has_appended_to_it_is_open() throws Exception {
    retained.makePartition("outbox", -20);
    try (var open = retained.service.connect()) {
      open.setAutoCommit(false);
      RetainedService.append(open, idOf(-20));
      assertThat(kept(retained.retain("outbox", KEEP, 7))).contains("still open");
      retained.confirm();
      open.commit();
    }

    assertThat(kept(retained.retain("outbox", KEEP, 7))).contains("see that the relay runs");
    retained.confirm();
    assertThat(subjects(retained.retain("outbox", KEEP, 7), "dropped"))
        .containsExactly(partition("outbox", -20));
  }

  /** A slot made anew is past everything that the old one had not confirmed. */
  @Test
  void what_a_lost_slot_had_not_confirmed_is_kept_until_the_owner_says_it_has_been_published()
      throws Exception {
    retained.makePartition("outbox", -30);
    retained.append(-30);
    retained.retain("outbox", 40, 7);
    retained.confirm();
    retained.retain("outbox", 40, 7);
    retained.makePartition("outbox", -20);
    retained.append(-20);

    retained.dropSlot();
    var without = retained.retain("outbox", KEEP, 7);
    assertThat(subjects(without, "slot")).containsExactly("outbox");
    assertThat(kept(without)).contains("publish its rows again");
    assertThat(subjects(without, "dropped")).containsExactly(partition("outbox", -30));

    retained.makeSlot();
    var anew = retained.retain("outbox", KEEP, 7);
    assertThat(subjects(anew, "slot")).isEmpty();
    assertThat(kept(anew)).contains("publish its rows again");

    retained.asOwner("update outbox_day set doubtful = false");
    assertThat(subjects(retained.retain("outbox", KEEP, 7), "dropped"))
        .containsExactly(partition("outbox", -20));
  }

  @Test
  void what_the_inbox_has_forgotten_is_refused_once_and_is_never_handled_again() throws Exception {
    retained.makePartition("inbox", -40);
    retained.makePartition("inbox", -39);
    var forgotten = idOf(-40);
    var remembered = idOf(-39);
    assertThat(retained.claim(forgotten, remembered).granted()).hasSize(2);

    assertThat(subjects(retained.retain("inbox", 39, 7), "dropped"))
        .containsExactly(partition("inbox", -40));

    var young = idOf(0);
    var again = retained.claim(forgotten, remembered, young);
    assertThat(again.granted()).containsExactly(young);
    assertThat(again.tooOld()).containsExactly(forgotten);
    var oncemore = retained.claim(forgotten, remembered, young);
    assertThat(oncemore.granted()).isEmpty();
    assertThat(oncemore.tooOld()).isEmpty();
  }

  @Test
  void an_old_message_is_granted_while_nothing_has_been_forgotten_and_so_is_one_without_a_time()
      throws Exception {
    var old = idOf(-100);
    assertThat(retained.claim(old).granted()).containsExactly(old);

    retained.makePartition("inbox", -40);
    retained.retain("inbox", KEEP, 7);
    var withoutTime = withoutTimeInRangeOf(-100);
    assertThat(retained.claim(withoutTime).granted()).containsExactly(withoutTime);
    assertThat(retained.claim(old).tooOld()).as("a duplicate, and known to be one").isEmpty();
  }

  /** Method: the drop holds its locks until the claim waits for them, and then commits. */
  @Test
  void a_claim_that_waits_for_the_drop_of_its_day_learns_that_the_day_is_forgotten()
      throws Exception {
    retained.makePartition("inbox", -40);
    var id = idOf(-40);
    assertThat(retained.claim(id).granted()).containsExactly(id);
    try (var claiming = Executors.newVirtualThreadPerTaskExecutor();
        var dropping = retained.service.connect()) {
      dropping.setAutoCommit(false);
      RetainedService.retain(dropping, "inbox", 30, 7);
      var claim = claiming.submit(() -> retained.claim(id));
      awaitWaiting("insert into inbox");
      dropping.commit();

      assertThat(claim.get(20, SECONDS).granted()).isEmpty();
      assertThat(claim.get().tooOld()).containsExactly(id);
    }
  }

  @Test
  void a_day_of_the_inbox_is_kept_while_a_claim_in_it_is_open() throws Exception {
    retained.makePartition("inbox", -40);
    var id = idOf(-40);
    retained
        .transactions()
        .executeWrite(_ -> {
          assertThat(retained.inbox().claim("consumer", id)).isTrue();
          assertThat(subjects(retained.retain("inbox", 30, 7), "timed_out"))
              .containsExactly(partition("inbox", -40));
          return null;
        });

    assertThat(retained.claim(id).granted()).isEmpty();
    assertThat(subjects(retained.retain("inbox", 30, 7), "dropped"))
        .containsExactly(partition("inbox", -40));
    assertThat(retained.claim(id).tooOld()).containsExactly(id);
  }

  @Test
  void dropping_gives_way_to_an_open_transaction_and_holds_up_no_append() throws Exception {
    retained.makePartition("outbox", -20);
    try (var others = Executors.newVirtualThreadPerTaskExecutor();
        var open = retained.service.connect()) {
      open.setAutoCommit(false);
      RetainedService.append(open, idOf(0));

      var run = others.submit(() -> retained.retain("outbox", KEEP, 8));
      var appends =
          IntStream.range(0, 20).mapToObj(_ -> others.submit(() -> retained.append())).toList();

      for (var append : appends) {
        assertThat(append.get(30, SECONDS)).isEqualTo(partition("outbox", 0));
      }
      var findings = run.get(30, SECONDS);
      assertThat(subjects(findings, "timed_out")).containsExactly(partition("outbox", -20));
      assertThat(subjects(findings, "made")).containsExactly(partition("outbox", 8));
    }
    assertThat(subjects(retained.retain("outbox", KEEP, 8), "dropped"))
        .containsExactly(partition("outbox", -20));
  }

  @Test
  void messages_of_a_day_that_was_not_made_are_kept_and_reported_and_the_next_days_are_made()
      throws Exception {
    retained.asOwner("drop table " + partition("outbox", 0));
    retained.asOwner("drop table " + partition("outbox", 5));
    assertThat(retained.append()).isEqualTo("outbox_default");

    var findings = retained.retain("outbox", KEEP, 7);

    assertThat(subjects(findings, "blocked")).containsExactly(partition("outbox", 0));
    assertThat(subjects(findings, "made")).containsExactly(partition("outbox", 5));
    assertThat(findings).contains(new Finding("ahead", "outbox", "-1"));
    assertThat(retained.append()).isEqualTo("outbox_default");
    assertThat(retained.text("select count(*) from outbox")).isEqualTo("2");
  }

  @Test
  void claims_of_a_day_that_was_not_made_move_to_their_day_once_it_is_and_stay_claimed()
      throws Exception {
    retained.asOwner("drop table " + partition("inbox", 0));
    var id = idOf(0);
    assertThat(retained.claim(id).granted()).containsExactly(id);
    assertThat(retained.claim(id).granted()).isEmpty();

    assertThat(retained.retain("inbox", KEEP, 7))
        .containsExactly(
            new Finding("made", partition("inbox", 0), ""), new Finding("ahead", "inbox", "7"));

    assertThat(retained.claim(id).granted()).isEmpty();
    assertThat(retained.text("select tableoid::regclass from inbox"))
        .isEqualTo(partition("inbox", 0));
  }

  @Test
  void more_claims_than_may_be_moved_stay_where_they_are_and_stay_claimed() throws Exception {
    retained.asOwner("drop table " + partition("inbox", 0));
    var ids = IntStream.range(0, 1001).mapToObj(_ -> idOf(0)).toArray(UUID[]::new);
    assertThat(retained.claim(ids).granted()).hasSize(1001);

    var findings = retained.retain("inbox", KEEP, 7);

    assertThat(subjects(findings, "blocked")).containsExactly(partition("inbox", 0));
    assertThat(retained.claim(ids).granted()).isEmpty();
  }

  /** Method: an id without a time that looks like one of a day that has no partition yet. */
  @Test
  void ids_without_a_time_and_messages_of_old_keep_no_day_from_being_made() throws Exception {
    var inTheWay = withoutTimeInRangeOf(8);
    retained.claim(UUID.randomUUID(), inTheWay, idOf(-1));

    assertThat(retained.retain("inbox", KEEP, 8))
        .containsExactly(
            new Finding("made", partition("inbox", 8), ""), new Finding("ahead", "inbox", "8"));
    assertThat(retained.claim(inTheWay).granted()).isEmpty();
  }

  /** Method: the partition is made, but not committed, until the append waits. */
  @Test
  void an_append_that_waits_while_its_day_is_made_late_goes_to_its_day() throws Exception {
    retained.asOwner("drop table " + partition("outbox", 0));
    try (var appending = Executors.newVirtualThreadPerTaskExecutor();
        var making = retained.service.connect()) {
      making.setAutoCommit(false);
      RetainedService.retain(making, "outbox", KEEP, 7);
      var append = appending.submit(() -> retained.append());
      awaitWaiting("insert into outbox");
      making.commit();

      assertThat(append.get(20, SECONDS)).isEqualTo(partition("outbox", 0));
    }
  }

  /** Method: what a broken or taken-over service might try. */
  @Test
  void the_service_itself_can_neither_drop_nor_make_nor_change_what_retention_goes_by()
      throws Exception {
    try (var connection = retained.service.connectAsService();
        var statement = connection.createStatement()) {
      for (var sql :
          List.of(
              "drop table " + partition("outbox", 0),
              "truncate " + partition("outbox", 0),
              "alter table inbox detach partition " + partition("inbox", 0),
              "create table outbox_20200101 partition of outbox default",
              "select messaging_make_partition('outbox', current_date - 9)",
              "select outbox_drop_days(14)",
              "select inbox_drop_days(14)",
              "update inbox_low_water set mark = uuidv7()",
              "update outbox_day set confirmed = true",
              "update outbox_slot set name = 'other'",
              "insert into outbox (id, aggregatetype, aggregateid, aggregateversion, type, payload) values (uuidv7(), 'thing', 'a', 1, 'Opened', '{}')")) {
        assertThatThrownBy(() -> statement.execute(sql))
            .as(sql)
            .isInstanceOf(SQLException.class)
            .hasMessageMatching("(?s).*(permission denied|must be owner).*");
      }
    }
  }

  @Test
  void only_the_service_may_ask_for_retention() throws Exception {
    try (var connection = retained.service.connect();
        var statement = connection.createStatement()) {
      statement.execute("set role relay");
      for (var table : List.of("outbox", "inbox")) {
        assertThatThrownBy(() -> RetainedService.retain(connection, table, KEEP, 7))
            .hasMessageContaining("permission denied for function " + table + "_retain");
      }
    }
  }

  @Test
  void less_than_two_days_can_be_asked_for_by_nobody() {
    for (var table : List.of("outbox", "inbox")) {
      assertThatThrownBy(() -> retained.retain(table, 1, 7))
          .hasMessageContaining("the retention of the " + table + " is 1 days; allowed: 2 to 3650");
      assertThatThrownBy(() -> retained.retain(table, KEEP, 0))
          .hasMessageContaining("is 0 days; allowed: 1 to 100");
    }
  }

  @Test
  void retention_does_not_go_by_where_its_caller_looks_for_names() throws Exception {
    try (var connection = retained.service.connectAsService();
        var statement = connection.createStatement()) {
      statement.execute("set search_path = pg_temp");
      for (var table : List.of("outbox", "inbox")) {
        var row =
            statement.executeQuery("select count(*) from public.%s_retain(14, 7)".formatted(table));
        row.next();
        assertThat(row.getInt(1)).isEqualTo(1);
      }
    }
  }

  @Test
  void a_new_day_of_the_outbox_is_append_only_even_for_the_superuser() throws Exception {
    retained.retain("outbox", KEEP, 8);
    for (var sql : List.of("truncate ", "delete from ")) {
      retained.append();
      assertThatThrownBy(
              () -> retained.asOwner(sql + partition("outbox", sql.equals("truncate ") ? 8 : 0)))
          .hasMessageContaining("append-only");
    }
  }

  /** Its rows would be in no log, and so in no topic. */
  @Test
  void an_unlogged_day_of_the_outbox_takes_no_rows() throws Exception {
    retained.retain("outbox", KEEP, 8);
    retained.append();
    retained.asOwner("alter table %s set unlogged".formatted(partition("outbox", 0)));

    assertThatThrownBy(retained::append)
        .hasMessageContaining("rows of %s would never be published", partition("outbox", 0));

    retained.asOwner("alter table %s set logged".formatted(partition("outbox", 0)));
    retained.append();
  }

  private void awaitWaiting(String statement) {
    await()
        .atMost(20, SECONDS)
        .until(() ->
            retained
                .text(
                    "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database() and query like '%s%%'"
                        .formatted(statement))
                .equals("1"));
  }

  private static Tuple made(String table, int daysFromToday) {
    return tuple("made", partition(table, daysFromToday), "");
  }

  private static List<String> days(String table, int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(day -> partition(table, day)).toList();
  }

  private static List<String> subjects(List<Finding> findings, String what) {
    return findings.stream()
        .filter(found -> found.what().equals(what))
        .map(Finding::subject)
        .toList();
  }

  private static String kept(List<Finding> findings) {
    return findings.stream()
        .filter(found -> found.what().equals("kept"))
        .map(Finding::detail)
        .reduce("", String::concat);
  }
}
