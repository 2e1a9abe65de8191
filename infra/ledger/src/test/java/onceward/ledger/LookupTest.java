package onceward.ledger;

import static onceward.ledger.verify.Kind.DEAD_LETTER;
import static onceward.ledger.verify.Kind.GHOST;
import static onceward.ledger.verify.Kind.MISSING;
import static onceward.ledger.verify.Kind.NOT_HANDLED;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import onceward.ledger.source.Scope;
import onceward.ledger.verify.CoveredHours;
import onceward.ledger.verify.CoveredHours.Unproven;
import onceward.ledger.verify.Kind;
import onceward.ledger.verify.Verdict;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Goal: an hour that sums prove is not read, and an hour in which anything is missing is not
 * proven.
 *
 * <p>Method: three messages in each of three hours flow as they should; then one thing is wrong.
 */
final class LookupTest {

  private static final int IN_AN_HOUR = 3;

  private final Instant first =
      Instant.now().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(5));
  private final Instant second = first.plus(Duration.ofHours(1));
  private final Instant third = first.plus(Duration.ofHours(2));
  private final List<Message> all = new ArrayList<>();
  private Shop shop;

  @BeforeEach
  void everything_flows() throws Exception {
    shop = new Shop();
    Shop.createTopic(shop.positions);
    for (var hour : List.of(first, second, third)) {
      for (var number = 1; number <= IN_AN_HOUR; number++) {
        var made = hour.plus(Duration.ofMinutes(10L * number));
        var message = shop.append(made, "a", all.size() + 1);
        shop.publish(message, made);
        shop.handle(message);
        all.add(message);
      }
    }
    shop.commitOffset(all.size());
  }

  @AfterEach
  void close() throws SQLException {
    shop.close();
  }

  @Test
  void an_untouched_system_is_proven_and_nothing_is_read() throws Exception {
    covered().write();

    var verdict = lookUp();

    assertThat(verdict.hours()).contains(new CoveredHours(3, all.size(), 0, 0, List.of()));
    assertThat(verdict.messages()).isEqualTo(all.size());
    assertThat(verdict.topics()).containsExactly(new Verdict.TopicVerdict(shop.topic, 9, 9));
    assertThat(verdict.consumers())
        .containsExactly(new Verdict.ConsumerVerdict(shop.consumer, shop.topic, 9));
    assertThat(verdict.findings()).isEmpty();
    assertThat(verdict.notes()).isEmpty();
    assertThat(verdict.isAtRest()).isTrue();
  }

  @Test
  void a_row_that_was_never_published_is_found_and_its_hour_alone_is_read() throws Exception {
    covered().write();
    var lost = shop.append(second.plusSeconds(1), "b", 1);

    var verdict = lookUp();

    assertReadAlone(verdict, second, "has 4 messages", "has published 3");
    assertThat(ids(verdict, MISSING)).containsExactly(lost.id());
    assertThat(verdict.findings()).hasSize(1);
    assertThat(verdict.topics()).containsExactly(new Verdict.TopicVerdict(shop.topic, 10, 9));
  }

  @Test
  void a_record_that_was_published_hours_later_is_not_missing() throws Exception {
    var late = shop.append(first.plusSeconds(1), "b", 1);
    shop.publish(late, Instant.now());
    shop.handle(late);
    covered().write();

    var verdict = lookUp();

    assertReadAlone(verdict, first, "has 4 messages", "has published 3");
    assertThat(verdict.findings()).isEmpty();
    assertThat(verdict.topics()).containsExactly(new Verdict.TopicVerdict(shop.topic, 10, 10));
  }

  /** Method: it is older in the topic than its row, by more than clocks may differ. */
  @Test
  void a_record_that_was_published_by_a_clock_far_behind_is_not_missing() throws Exception {
    var fourth = third.plus(Duration.ofHours(1));
    var early = shop.append(fourth.plusSeconds(1), "b", 1);
    shop.publish(early, fourth.minus(Duration.ofMinutes(10)));
    shop.handle(early);
    covered().write();

    var verdict = lookUp();

    assertThat(verdict.findings()).isEmpty();
    assertThat(verdict.notes()).singleElement().asString().contains("everything was read");
  }

  /** Only the outbox behind a topic says what its consumers have to handle. */
  @Test
  void a_topic_of_an_outbox_elsewhere_proves_nothing() throws Exception {
    covered().write();
    shop.run(
        "insert into consumed_type (consumer, topic, type) values (?, 'elsewhere.events', 'Moved')",
        shop.consumer);

    var verdict = shop.lookUp(Shop.scope(Set.of(shop.topic, "elsewhere.events"), Scope.PATIENCE));

    assertThat(verdict.notes())
        .anySatisfy(
            note -> assertThat(note).contains("Topic elsewhere.events", "is of no outbox here"));
    assertThat(verdict.hours()).isEmpty();
  }

  /** As after a clock that was set back. */
  @Test
  void a_version_whose_id_is_of_a_proven_hour_is_no_gap() throws Exception {
    var version = 1;
    for (var made : List.of(first.plusSeconds(1), third.plusSeconds(1), first.plusSeconds(2))) {
      var message = shop.append(made, "c", version++);
      shop.publish(message);
      shop.handle(message);
      all.add(message);
    }
    new WrittenCoverage(shop).open(second, of(second)).open(third, of(third)).write();

    var verdict = lookUp();

    assertReadAlone(verdict, first, "has 5 messages", "has published 0");
    assertThat(verdict.findings()).isEmpty();
    assertThat(verdict.notes()).singleElement().asString().contains("everything was read");
  }

  @Test
  void an_hour_whose_coverage_lies_is_read_and_raises_no_alarm() throws Exception {
    var lie = new ArrayList<>(of(second));
    lie.set(0, notAppended());
    new WrittenCoverage(shop)
        .open(first, of(first))
        .open(second, lie)
        .open(third, of(third))
        .write();

    var verdict = lookUp();

    assertReadAlone(verdict, second, "has 3 messages", "has published others");
    assertThat(verdict.findings()).isEmpty();
    assertThat(verdict.topics()).containsExactly(new Verdict.TopicVerdict(shop.topic, 9, 9));
  }

  @Test
  void a_row_that_was_deleted_from_the_outbox_makes_its_hour_unproven() throws Exception {
    covered().write();
    // As somebody may who owns the server; the table refuses everybody else.
    shop.run("set session_replication_role = replica");
    shop.run("delete from outbox where id = ?", of(second).getFirst().id());

    var verdict = lookUp();

    assertReadAlone(verdict, second, "has 2 messages", "has published 3");
    assertThat(ids(verdict, GHOST)).contains(of(second).getFirst().id());
  }

  /** The sums agree; the topic holds less than they say. */
  @Test
  void coverage_of_what_is_not_in_the_topic_is_found_by_the_offsets() throws Exception {
    var lost = shop.append(third.plusSeconds(1), "b", 1);
    shop.handle(lost);
    all.add(lost);
    covered().write();

    var verdict = lookUp();

    assertThat(hours(verdict).proven()).isZero();
    assertThat(hours(verdict).unproven().getFirst().why())
        .contains("has 9 records where 10 were published");
    assertThat(ids(verdict, MISSING)).containsExactly(lost.id());
  }

  /** Method: one message of another hour is on its way to the consumer, and has its offset. */
  @Test
  void a_loss_does_not_hide_behind_what_hours_that_are_not_proven_have_published()
      throws Exception {
    var lost = shop.append(third.plusSeconds(1), "b", 1);
    shop.handle(lost);
    all.add(lost);
    var fourth = third.plus(Duration.ofHours(1));
    var underWay = shop.append(fourth.plusSeconds(1), "c", 1);
    shop.publish(underWay, fourth.plusSeconds(2));
    covered().open(fourth, List.of(underWay)).write();

    var verdict = lookUp();

    assertThat(hours(verdict).proven()).isZero();
    assertThat(hours(verdict).unproven())
        .anySatisfy(
            hour -> assertThat(hour.why()).contains("has 10 records where 11 were published"));
    assertThat(ids(verdict, MISSING)).containsExactly(lost.id());
  }

  /** Method: while the outbox is summed up, something comes that the relay has not counted yet. */
  @Test
  void a_loss_does_not_hide_behind_what_is_published_during_the_comparison() throws Exception {
    var lost = shop.append(third.plusSeconds(1), "b", 1);
    shop.handle(lost);
    all.add(lost);
    covered().write();
    var late = shop.append("c", 1);

    var verdict =
        shop.lookUp(
            Shop.scope(Set.of(shop.topic), Scope.PATIENCE),
            work -> {
              if (work.startsWith("summing up the outbox")) {
                shop.publish(late);
              }
            });

    assertThat(hours(verdict).proven()).isZero();
    assertThat(ids(verdict, MISSING)).containsExactly(lost.id());
  }

  @Test
  void a_part_of_an_earlier_count_does_not_stand_for_one_that_did_not_arrive() throws Exception {
    new WrittenCoverage(shop)
        .behindAnEarlierCount(first, of(first))
        .open(second, of(second))
        .open(third, of(third))
        .write();

    assertReadAlone(lookUp(), first, "has 3 messages", "has published 0");
  }

  /** What decision 32 says cannot be seen: the ghost takes the offset that the lost one lacks. */
  @Test
  void a_loss_behind_a_foreign_record_is_found_by_reading_all() throws Exception {
    var lost = shop.append(third.plusSeconds(1), "b", 1);
    shop.handle(lost);
    all.add(lost);
    var ghost = notAppended();
    shop.publish(ghost);
    covered().write();

    assertThat(hours(lookUp()).proven()).isEqualTo(3);
    var deep = shop.verify();
    assertThat(ids(deep, MISSING)).containsExactly(lost.id());
    assertThat(ids(deep, GHOST)).containsExactly(ghost.id());
  }

  @Test
  void a_claim_that_was_deleted_is_found() throws Exception {
    covered().write();
    var message = of(first).getFirst();
    shop.run("delete from inbox where message_id = ?", message.id());

    var verdict = lookUp();

    assertReadAlone(verdict, first, "has 3 messages to handle", "has claimed 2");
    assertThat(ids(verdict, NOT_HANDLED)).containsExactly(message.id());
  }

  @Test
  void a_claim_of_another_message_does_not_make_up_for_one_that_is_missing() throws Exception {
    covered().write();
    shop.run("delete from inbox where message_id = ?", of(first).getFirst().id());
    shop.handle(notAppended(first));

    var verdict = lookUp();

    assertReadAlone(verdict, first, "has 3 messages to handle", "has claimed others");
    assertThat(verdict.holds()).isFalse();
  }

  @Test
  void what_a_consumer_does_not_handle_need_not_be_claimed() throws Exception {
    covered().write();
    shop.run("delete from inbox where consumer = ?", shop.consumer);
    shop.run("delete from consumed_type where consumer = ?", shop.consumer);
    shop.run(
        "insert into consumed_type (consumer, topic, type) values (?, ?, 'Unmade')",
        shop.consumer,
        shop.topic);

    assertThat(hours(lookUp()).proven()).isEqualTo(3);
  }

  @Test
  void a_dead_letter_is_told_though_it_is_claimed() throws Exception {
    covered().write();
    var dead = of(third).getFirst();
    shop.run(
        """
        insert into dead_letter (consumer, topic, kafka_partition, kafka_offset, message_id, reason, exception, stack_digest, attempts)
        values (?, ?, 0, 6, ?, 'poison', 'X', 'x', 5)
        """,
        shop.consumer,
        shop.topic,
        dead.id());

    var verdict = lookUp();

    assertReadAlone(verdict, third, "has set messages aside");
    assertThat(ids(verdict, DEAD_LETTER)).containsExactly(dead.id());
  }

  @Test
  void an_hour_is_the_sum_of_its_parts_and_parts_that_no_position_has_reached_do_not_count()
      throws Exception {
    new WrittenCoverage(shop)
        .closed(first, of(first))
        .closed(second, of(second).subList(0, 1))
        .closed(third, of(third))
        .open(second, of(second).subList(1, 3))
        .orphaned(first, of(first))
        .write();

    assertThat(hours(lookUp()).proven()).isEqualTo(3);
  }

  @Test
  void what_kafka_has_deleted_by_age_is_proven_if_it_was_claimed() throws Exception {
    covered().write();
    shop.retain(Duration.ofHours(4));
    shop.deleteRecords(IN_AN_HOUR + 1);

    var verdict = lookUp();

    assertThat(verdict.hours()).contains(new CoveredHours(3, all.size(), 2, 0, List.of()));
  }

  /** Retention would have left them. */
  @Test
  void what_somebody_has_deleted_is_not_taken_for_expired() throws Exception {
    covered().write();
    shop.deleteRecords(all.size());

    var verdict = lookUp();

    assertThat(hours(verdict).proven()).isZero();
    assertThat(hours(verdict).unproven().getFirst().why())
        .contains("has 0 records where 9 were published");
  }

  /** Method: nothing is left of any time that retention may have deleted. */
  @Test
  void a_topic_that_has_been_emptied_by_age_still_has_what_is_younger() throws Exception {
    covered().write();
    shop.retain(Duration.ofMinutes(90));
    shop.deleteRecords(all.size());

    assertThat(verdictOfHours(lookUp())).isEqualTo("3 proven, 3 expired");

    var lost = shop.append(Instant.now(), "b", 1);
    shop.handle(lost);
    covered().open(Instant.now(), List.of(lost)).write();

    var lacking = hours(lookUp());
    assertThat(lacking.proven()).isZero();
    assertThat(lacking.unproven().getLast().why()).contains("has 0 records where 1 were published");
  }

  private static String verdictOfHours(Verdict verdict) {
    return "%d proven, %d expired".formatted(hours(verdict).proven(), hours(verdict).expired());
  }

  @Test
  void what_kafka_has_deleted_before_it_was_claimed_is_lost() throws Exception {
    covered().write();
    shop.run("delete from inbox where message_id = ?", of(first).getFirst().id());
    shop.deleteRecords(IN_AN_HOUR);

    var verdict = lookUp();

    assertReadAlone(verdict, first, "has claimed 2");
    assertThat(ids(verdict, Kind.LOST)).containsExactly(of(first).getFirst().id());
  }

  @Test
  void a_topic_that_was_made_anew_proves_nothing() throws Exception {
    covered().write("AAAAAAAAAAAAAAAAAAAAAA");

    var verdict = lookUp();

    assertThat(hours(verdict).proven()).isZero();
    assertThat(hours(verdict).unproven().getFirst().why())
        .contains("is not the one that was published to");
    assertRead(verdict, all.size());
  }

  @Test
  void without_coverage_everything_is_read() throws Exception {
    var verdict = lookUp();

    assertThat(verdict.hours()).isEmpty();
    assertRead(verdict, all.size());
    assertThat(verdict.notes()).singleElement().asString().contains("has not written down");
  }

  /** Such as beside another relay than ours: Kafka's client would wait a minute for the topic. */
  @Test
  void without_a_topic_of_positions_everything_is_read() throws Exception {
    Shop.delete(shop.positions);

    var verdict = lookUp();

    assertThat(verdict.hours()).isEmpty();
    assertRead(verdict, all.size());
    assertThat(verdict.notes()).singleElement().asString().contains("has not written down");
  }

  @Test
  void with_ids_that_have_no_time_everything_is_read() throws Exception {
    covered().write();
    var untimed = shop.append(UUID.randomUUID(), "b", 1);
    shop.publish(untimed);
    shop.handle(untimed);

    var verdict = lookUp();

    assertThat(verdict.hours()).isEmpty();
    assertRead(verdict, all.size() + 1);
    assertThat(verdict.findings()).isEmpty();
    assertThat(verdict.notes()).singleElement().asString().contains("have no time");
  }

  /** Such as a day that the outbox keeps, for its slot was lost before it was confirmed. */
  @Test
  void rows_that_are_left_from_before_days_that_were_dropped_are_read() throws Exception {
    var day = LocalDate.ofInstant(first, ZoneOffset.UTC).minusDays(1);
    var kept = day.minusDays(1).atTime(12, 0).toInstant(ZoneOffset.UTC);
    var lost = shop.append(kept, "b", 1);
    covered().write();
    shop.drop(day);
    try {
      var verdict = lookUp();

      assertThat(ids(verdict, MISSING)).containsExactly(lost.id());
      assertThat(hours(verdict).proven()).isEqualTo(3);
      assertThat(hours(verdict).unproven())
          .containsExactly(new Unproven(kept, "outboxes do not keep all of it"));
    } finally {
      shop.undoDrop(day);
    }
  }

  @Test
  void a_topic_that_positions_name_is_of_the_outbox_also_when_that_has_no_row() throws Exception {
    covered().write();
    // As somebody may who owns the server; the table refuses everybody else.
    shop.run("set session_replication_role = replica");
    shop.run("delete from outbox where aggregatetype = ?", shop.aggregateType);

    var verdict = shop.verify();

    assertThat(verdict.count(GHOST)).isEqualTo(all.size());
  }

  @Test
  void only_hours_that_are_asked_for_are_looked_at() throws Exception {
    new WrittenCoverage(shop).open(second, of(second)).write();
    var asked = Shop.since(second.plus(Duration.ofMinutes(15)), shop.topic);

    assertThat(hours(shop.lookUp(asked.between(asked.since(), Optional.of(third)))))
        .isEqualTo(new CoveredHours(1, IN_AN_HOUR, 0, 0, List.of()));
  }

  private WrittenCoverage covered() throws Exception {
    return new WrittenCoverage(shop)
        .open(first, of(first))
        .open(second, of(second))
        .open(third, of(third));
  }

  private List<Message> of(Instant hour) {
    return all.stream()
        .filter(message -> {
          var made = Instant.ofEpochMilli(message.id().getMostSignificantBits() >>> 16);
          return made.truncatedTo(ChronoUnit.HOURS).equals(hour);
        })
        .toList();
  }

  private Message notAppended() {
    return notAppended(second);
  }

  private Message notAppended(Instant hour) {
    var id =
        new UUID(
            hour.plusSeconds(1).toEpochMilli() << 16 | 0x7abcL,
            UUID.randomUUID().getLeastSignificantBits());
    return new Message(id, shop.aggregateType, "g", 1, "Made", "{}", MessageContext.NONE);
  }

  private Verdict lookUp() throws Exception {
    return shop.lookUp(Shop.scope(Set.of(shop.topic), Scope.PATIENCE));
  }

  private static CoveredHours hours(Verdict verdict) {
    return verdict.hours().orElseThrow();
  }

  private void assertRead(Verdict verdict, int messages) {
    assertThat(verdict.topics())
        .containsExactly(new Verdict.TopicVerdict(shop.topic, messages, messages));
  }

  private static void assertReadAlone(Verdict verdict, Instant hour, String... why) {
    assertThat(hours(verdict).proven()).isEqualTo(2);
    assertThat(hours(verdict).read()).isEqualTo(1);
    assertThat(hours(verdict).unproven())
        .singleElement()
        .satisfies(unproven -> {
          assertThat(unproven.hour()).isEqualTo(hour);
          assertThat(unproven.why()).contains(why);
        });
  }

  private static List<UUID> ids(Verdict verdict, Kind kind) {
    return verdict.of(Set.of(kind)).stream()
        .flatMap(finding -> finding.examples().stream())
        .flatMap(example -> example.messageId().stream())
        .toList();
  }
}
