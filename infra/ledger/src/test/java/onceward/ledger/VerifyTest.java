package onceward.ledger;

import static onceward.ledger.verify.Kind.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import onceward.ledger.source.Scope;
import onceward.ledger.verify.Finding;
import onceward.ledger.verify.Kind;
import onceward.ledger.verify.Verdict;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Plants one fault at a time into what is fine otherwise. */
final class VerifyTest {

  private Shop shop;
  private List<Message> fine;

  @BeforeEach
  void everything_flows() throws Exception {
    shop = new Shop();
    fine = shop.flow("a", 3);
    shop.commitOffset(3);
  }

  @AfterEach
  void close() throws SQLException {
    shop.close();
  }

  @Test
  void what_is_fine_is_said_to_be_fine() throws Exception {
    var verdict = shop.verify();
    assertThat(verdict.findings()).isEmpty();
    assertThat(verdict.notes()).isEmpty();
    assertThat(verdict.isAtRest()).isTrue();
    assertThat(verdict.topics()).containsExactly(new Verdict.TopicVerdict(shop.topic, 3, 3));
    assertThat(verdict.consumers())
        .containsExactly(new Verdict.ConsumerVerdict(shop.consumer, shop.topic, 3));
  }

  @Test
  void a_row_that_the_topic_lacks_is_missing() throws Exception {
    var lost = shop.append("b", 1);
    assertBroken(shop.verify(), MISSING, lost);
  }

  @Test
  void a_row_is_under_way_while_the_relay_has_not_confirmed_it() throws Exception {
    shop.confirm();
    var late = shop.append("b", 1);
    var verdict = shop.verify(impatient(), false);
    assertUnderWay(verdict, NOT_PUBLISHED_YET, late);
    assertThat(verdict.notes()).anyMatch(note -> note.contains("has not confirmed"));
  }

  /** Its relay has stopped, and confirms nothing more. */
  @Test
  void what_was_handled_is_missing_once_its_topic_is_deleted() throws Exception {
    shop.confirm();
    var unpublished = shop.append("b", 1);
    Shop.delete(shop.topic);

    var verdict = shop.verify(impatient(), false);

    assertThat(ids(verdict, MISSING))
        .containsExactlyInAnyOrderElementsOf(fine.stream().map(Message::id).toList());
    assertThat(ids(verdict, NOT_PUBLISHED_YET)).containsExactly(unpublished.id());
    assertThat(verdict.holds()).isFalse();
  }

  /** Kafka gives nobody who reads what is committed a record behind it. */
  @Test
  void a_row_whose_record_is_behind_an_open_transaction_is_not_missing() throws Exception {
    var stranger = shop.openTransaction();
    try {
      var published = shop.append("b", 1);
      shop.publish(published);
      assertUnderWay(shop.verify(), WITHHELD, published);
    } finally {
      stranger.abortTransaction();
      stranger.close();
    }
    assertThat(shop.verify().holds()).isTrue();
  }

  /** As a busy relay that publishes exactly once has one open nearly always. */
  @Test
  void a_row_is_missing_also_while_transactions_begin_and_end() throws Exception {
    var lost = shop.append("b", 1);
    try (var _ = shop.overlapTransactions()) {
      var verdict = shop.verify();
      assertThat(ids(verdict, MISSING)).containsExactly(lost.id());
      assertThat(verdict.count(WITHHELD)).isZero();
    }
  }

  @Test
  void a_row_is_missing_for_good_when_the_slot_is_gone() throws Exception {
    var lost = shop.append("b", 1);
    shop.run("select pg_drop_replication_slot(?)", Shop.DATABASE);
    try {
      var verdict = shop.verify(impatient(), false);
      assertBroken(verdict, MISSING, lost);
      assertThat(verdict.notes()).anyMatch(note -> note.contains("is gone"));
    } finally {
      shop.run("select pg_create_logical_replication_slot(?, 'pgoutput')", Shop.DATABASE);
    }
  }

  @Test
  void a_record_that_was_never_committed_is_a_ghost() throws Exception {
    var ghost =
        new Message(uuid7(), shop.aggregateType, "g", 1, "Other", "{}", MessageContext.NONE);
    shop.publish(ghost);
    assertBroken(shop.verify(), GHOST, ghost);
  }

  /** Such as of an aggregate whose transaction was rolled back. */
  @Test
  void a_ghost_is_reported_also_where_the_scope_has_no_row_of_its_topic() throws Exception {
    var ghost =
        new Message(uuid7(), shop.aggregateType, "g", 1, "Other", "{}", MessageContext.NONE);
    shop.publish(ghost);

    var verdict = shop.verify(shop.ofAggregate("g"), true);

    assertBroken(verdict, GHOST, ghost);
    assertThat(verdict.notes()).isEmpty();
  }

  @Test
  void records_of_a_topic_of_which_no_outbox_here_ever_had_a_row_are_of_another_database()
      throws Exception {
    try (var other = new Shop()) {
      other.publish(
          new Message(uuid7(), other.aggregateType, "e", 1, "Made", "{}", MessageContext.NONE));

      var verdict = other.verify();

      assertThat(verdict.findings()).extracting(Finding::kind).containsExactly(NOT_HANDLED_YET);
      assertThat(verdict.notes()).singleElement().asString().contains("1 records were compared");
    }
  }

  @Test
  void a_record_from_before_its_outbox_was_lost_is_no_ghost_and_a_later_one_is() throws Exception {
    var before =
        new Message(uuid7(), shop.aggregateType, "l", 1, "Made", "{}", MessageContext.NONE);
    shop.publish(before);
    shop.handle(before);
    shop.run(
        """
        insert into outbox_lost (topic, kafka_partition, before_offset)
        select ?, partition, 1000 from generate_series(0, 99) partition
        """,
        shop.topic);
    var verdict = shop.verify();
    assertThat(ids(verdict, OUTBOX_LOST)).containsExactly(before.id());
    assertThat(verdict.findings()).hasSize(1);
    assertThat(verdict.holds()).isTrue();

    shop.run("update outbox_lost set before_offset = 0 where topic = ?", shop.topic);
    assertBroken(shop.verify(), GHOST, before);
    // What was lost begins behind this record.
    shop.run(
        "update outbox_lost set before_offset = 1000, from_offset = 900 where topic = ?",
        shop.topic);
    assertBroken(shop.verify(), GHOST, before);
    // It was lost of another topic of this name, which was deleted since.
    shop.run(
        "update outbox_lost set from_offset = 0, topic_id = gen_random_uuid() where topic = ?",
        shop.topic);
    assertBroken(shop.verify(), GHOST, before);
    shop.run("delete from outbox_lost where topic = ?", shop.topic);
  }

  /** Such as after a backup of the database was restored that knows more than Kafka. */
  @Test
  void a_claim_from_before_an_outbox_was_lost_of_which_no_topic_has_a_record_is_named()
      throws Exception {
    var claimed =
        new Message(uuid7(), shop.aggregateType, "n", 1, "Made", "{}", MessageContext.NONE);
    shop.handle(claimed);
    shop.run(
        "insert into outbox_lost (topic, kafka_partition, before_offset) values (?, 0, 1000)",
        shop.topic);

    // Claims are looked for where no topic is chosen.
    var verdict = shop.verify(Shop.of(shop.consumer), true);

    assertThat(ids(verdict, GHOST)).containsExactly(claimed.id());
    assertThat(examples(verdict, GHOST).getFirst().detail()).contains("handled, and in no topic");
    shop.run("delete from outbox_lost where topic = ?", shop.topic);
  }

  /** Method: the relay is waited for behind the first look at what retention has dropped. */
  @Test
  void a_row_that_retention_drops_during_the_comparison_makes_no_ghost() throws Exception {
    var dropped = LocalDate.of(2025, 3, 1);
    var made = dropped.atTime(12, 0).toInstant(ZoneOffset.UTC);
    var message =
        new Message(uuid7(made), shop.aggregateType, "d", 1, "Made", "{}", MessageContext.NONE);
    shop.publish(message, Instant.now());
    shop.handle(message);
    try {
      var verdict =
          shop.verify(
              Shop.scope(Set.of(shop.topic), Scope.PATIENCE),
              true,
              work -> {
                if (work.startsWith("waiting for the relay")) {
                  shop.drop(dropped);
                }
              });
      assertThat(ids(verdict, UNPROVEN)).containsExactly(message.id());
      assertThat(verdict.findings()).hasSize(1);
    } finally {
      shop.undoDrop(dropped);
    }
  }

  @Test
  void what_follows_a_record_without_a_row_is_still_in_its_order() throws Exception {
    var first = new Message(uuid7(), shop.aggregateType, "o", 1, "Made", "{}", MessageContext.NONE);
    shop.publish(first);
    shop.handle(first);
    shop.run(
        """
        insert into outbox_lost (topic, kafka_partition, before_offset)
        select ?, partition, 1000 from generate_series(0, 99) partition
        """,
        shop.topic);
    var third = shop.append("o", 3);
    shop.publish(third);
    shop.handle(third);

    var verdict = shop.verify();
    assertThat(ids(verdict, GAP)).containsExactly(third.id());
    assertThat(examples(verdict, GAP).getFirst().detail())
        .contains("version 2 is not in the topic");
    shop.run("delete from outbox_lost where topic = ?", shop.topic);
  }

  @Test
  void a_record_without_an_id_is_a_ghost() throws Exception {
    shop.send(new ProducerRecord<>(shop.topic, bytes("k"), bytes("{}")));
    var verdict = shop.verify();
    assertThat(verdict.holds()).isFalse();
    assertThat(verdict.count(GHOST)).isOne();
  }

  @Test
  void a_message_that_is_handled_and_in_no_outbox_is_a_ghost() throws Exception {
    var ghost = new Message(uuid7(), shop.aggregateType, "g", 1, "Made", "{}", MessageContext.NONE);
    shop.handle(ghost);
    // The topics of all tests are on one broker, and none but this one's has a row here.
    assertThat(examples(shop.verify(Shop.scope(Set.of(), Scope.PATIENCE), true), GHOST))
        .anyMatch(example -> example.messageId().orElseThrow().equals(ghost.id()));
  }

  @Test
  void a_record_in_another_topic_is_in_the_wrong_one_and_missing_in_its_own() throws Exception {
    var other = "other-" + UUID.randomUUID() + ".events";
    Shop.createTopic(other);
    var strayed = shop.append("b", 1);
    shop.publish(strayed, other);
    var verdict = shop.verify(Shop.scope(Set.of(shop.topic, other), Scope.PATIENCE), true);
    assertThat(ids(verdict, WRONG_TOPIC)).containsExactly(strayed.id());
    assertThat(ids(verdict, MISSING)).containsExactly(strayed.id());
    assertThat(verdict.findings()).hasSize(2);
    Shop.delete(other);
  }

  @Test
  void a_payload_of_another_message_under_the_right_id_differs() throws Exception {
    var message = shop.append("b", 1);
    shop.publish(with(message, fine.getFirst().payload(), message.type(), 1));
    shop.handle(message);
    var verdict = shop.verify();
    assertBroken(verdict, DIFFERS, message);
    assertThat(examples(verdict, DIFFERS).getFirst().detail()).contains("other payload");
  }

  @Test
  void another_type_or_version_differs() throws Exception {
    var message = shop.append("b", 1);
    shop.publish(with(message, message.payload(), "Unmade", 2));
    shop.handle(message);
    assertThat(examples(shop.verify(), DIFFERS).getFirst().detail())
        .contains("type (Unmade)", "version (2)")
        .doesNotContain("payload");
  }

  @Test
  void a_swapped_order_is_noticed() throws Exception {
    var first = shop.append("b", 1);
    var second = shop.append("b", 2);
    shop.publish(second);
    shop.publish(first);
    shop.handle(first);
    shop.handle(second);
    assertBroken(shop.verify(), OUT_OF_ORDER, first);
  }

  /** Method: a request that names the late message, and no other. */
  @Test
  void what_an_operator_had_published_again_is_a_remark_and_covers_nothing_else() throws Exception {
    var before = shop.append("b", 1);
    var late = shop.append("b", 2);
    var third = shop.append("b", 3);
    for (var message : List.of(before, third, late)) {
      shop.publish(message);
      shop.handle(message);
    }
    assertBroken(shop.verify(), OUT_OF_ORDER, late);

    var request = shop.republished(late, Instant.now().minusSeconds(60));
    var verdict = shop.verify();

    assertThat(verdict.holds()).isTrue();
    assertThat(ids(verdict, REPUBLISHED)).containsExactly(late.id());
    assertThat(examples(verdict, REPUBLISHED).getFirst().detail())
        .endsWith("version 3 came first, at offset 4; by request %s/%d".formatted("shop", request));

    var other = shop.append("c", 1);
    var second = shop.append("c", 2);
    for (var message : List.of(second, other)) {
      shop.publish(message);
      shop.handle(message);
    }
    assertThat(ids(shop.verify(), OUT_OF_ORDER)).containsExactly(other.id());
  }

  /** Method: the request was carried out an hour before the record was published. */
  @Test
  void a_request_does_not_cover_a_record_of_another_time() throws Exception {
    var late = shop.append("b", 1);
    var second = shop.append("b", 2);
    for (var message : List.of(second, late)) {
      shop.publish(message);
      shop.handle(message);
    }
    var request = shop.republished(late, Instant.now().minusSeconds(3_700));
    shop.run(
        "update relay_republished set published_at = now() - interval '1 hour' where request = ?",
        request);

    assertBroken(shop.verify(), OUT_OF_ORDER, late);
  }

  /** Method: the key is one that has another partition from then on. */
  @Test
  void an_aggregate_that_goes_on_in_a_partition_that_was_added_is_a_remark() throws Exception {
    var key = Shop.keyOfPartition(1, 2);
    var first = shop.append(key, 1);
    shop.publish(first);
    shop.addPartitions(2);
    var second = shop.append(key, 2);
    shop.publish(second, 1, Instant.now());
    shop.handle(first);
    shop.handle(second);

    var verdict = shop.verify();

    assertThat(verdict.findings())
        .singleElement()
        .satisfies(finding -> assertThat(finding.kind().text()).isEqualTo("repartitioned"));
    assertThat(verdict.holds()).isTrue();

    var third = shop.append(key, 3);
    shop.publish(third, 0, Instant.now());
    shop.handle(third);
    assertThat(ids(shop.verify(), OUT_OF_ORDER)).containsExactly(third.id());
  }

  /** Method: the keys of half of them belong to the new partition, which never had a record. */
  @Test
  void what_expired_before_partitions_were_added_is_not_missing() throws Exception {
    var deleted = shop.append(Shop.keyOfPartition(1, 2), 1);
    shop.publish(deleted);
    shop.handle(deleted);
    var left = shop.append("c", 1);
    shop.publish(left);
    shop.handle(left);
    shop.deleteRecords(4);
    shop.addPartitions(2);

    var verdict = shop.verify();

    assertThat(ids(verdict, UNPROVEN)).hasSize(4).contains(deleted.id());
    assertThat(verdict.findings()).hasSize(1);
  }

  @Test
  void a_message_that_comes_again_is_a_duplicate_and_no_disorder() throws Exception {
    shop.publish(fine.getFirst());
    var verdict = shop.verify();
    assertThat(verdict.isAtRest()).isTrue();
    assertThat(ids(verdict, DUPLICATE)).containsExactly(fine.getFirst().id());
  }

  @Test
  void a_version_that_is_left_out_is_a_gap() throws Exception {
    var third = shop.append("b", 1);
    var fifth = shop.append("b", 3);
    for (var message : List.of(third, fifth)) {
      shop.publish(message);
      shop.handle(message);
    }
    assertBroken(shop.verify(), GAP, fifth);
  }

  @Test
  void a_first_version_that_was_never_there_is_a_gap() throws Exception {
    var second = shop.append("b", 2);
    shop.publish(second);
    shop.handle(second);
    assertBroken(shop.verify(), GAP, second);
  }

  @Test
  void a_message_that_the_consumer_has_passed_without_a_claim_is_not_handled() throws Exception {
    var message = shop.append("b", 1);
    shop.publish(message);
    shop.commitOffset(4);
    assertBroken(shop.verify(), NOT_HANDLED, message);
  }

  @Test
  void a_message_that_the_consumer_has_not_reached_is_under_way() throws Exception {
    var message = shop.append("b", 1);
    shop.publish(message);
    assertUnderWay(shop.verify(), NOT_HANDLED_YET, message);
  }

  @Test
  void a_message_of_a_type_that_the_consumer_does_not_handle_need_not_be_claimed()
      throws Exception {
    shop.run("update consumed_type set type = 'Other'");
    shop.publish(shop.append("b", 1));
    shop.commitOffset(4);
    assertThat(shop.verify().findings()).isEmpty();
  }

  @Test
  void a_message_from_before_its_type_was_handled_need_not_be_claimed() throws Exception {
    var message = shop.append("b", 1);
    shop.publish(message);
    shop.commitOffset(4);
    shop.run("update consumed_type set handled_since = now() + interval '1 minute'");
    assertThat(shop.verify().findings()).isEmpty();
  }

  @Test
  void a_record_that_was_deleted_before_it_was_handled_is_lost() throws Exception {
    var message = shop.append("b", 1);
    shop.publish(message);
    shop.publish(shop.append("c", 1));
    shop.deleteRecords(4);
    var verdict = shop.verify();
    assertThat(ids(verdict, LOST)).containsExactly(message.id());
    assertThat(verdict.holds()).isFalse();
    assertThat(verdict.count(MISSING)).isZero();
    assertThat(verdict.count(UNPROVEN)).isEqualTo(4);
  }

  @Test
  void what_may_have_been_deleted_before_the_consumer_began_is_not_lost() throws Exception {
    shop.retain(Duration.ofHours(1));
    var old = shop.append(Instant.now().minus(Duration.ofHours(2)), "b", 1);
    var young = shop.append("c", 1);
    shop.publish(old);
    shop.publish(young);
    shop.publish(shop.append("d", 1));
    shop.deleteRecords(5);

    assertThat(ids(shop.verify(), LOST)).containsExactly(young.id());

    // Of a service of the version before, or restored: nobody knows when the consumer began.
    shop.run("update consumed_type set began_at = null where consumer = ?", shop.consumer);
    assertThat(ids(shop.verify(), LOST)).containsExactlyInAnyOrder(old.id(), young.id());

    // It has run for longer than the record was kept.
    shop.run(
        "update consumed_type set began_at = now() - interval '90 minutes' where consumer = ?",
        shop.consumer);
    assertThat(ids(shop.verify(), LOST)).containsExactlyInAnyOrder(old.id(), young.id());
  }

  @Test
  void what_is_not_published_yet_is_not_lost_where_a_partition_is_empty() throws Exception {
    shop.confirm();
    shop.retain(Duration.ofHours(1));
    shop.deleteRecords(3);
    var young = shop.append("b", 1);
    var old = shop.append(Instant.now().minus(Duration.ofHours(2)), "c", 1);

    var verdict = shop.verify(impatient(), false);

    assertThat(ids(verdict, NOT_PUBLISHED_YET)).contains(young.id());
    assertThat(ids(verdict, UNPROVEN)).containsExactly(old.id());
    assertThat(verdict.holds()).isTrue();
  }

  /** {@code republish plan} takes the row all the same: what is there already is handled once. */
  @Test
  void a_row_of_an_empty_partition_is_not_missing_for_its_record_may_have_been_deleted()
      throws Exception {
    shop.deleteRecords(3);
    var row = shop.append("b", 1);

    var verdict = shop.verify();

    assertThat(verdict.count(MISSING)).isZero();
    assertThat(ids(verdict, UNPROVEN)).contains(row.id());
  }

  /** Method: the database's clock is a minute ahead of the relay's. */
  @Test
  void a_record_that_was_deleted_is_not_missing_for_a_clock_that_is_ahead() throws Exception {
    var now = Instant.now();
    var deleted = shop.append(now.plusSeconds(60), "b", 1);
    shop.publish(deleted, now);
    var first = shop.append("c", 1);
    shop.publish(first, now.plusSeconds(30));
    shop.handle(deleted);
    shop.handle(first);
    shop.deleteRecords(4);

    var verdict = shop.verify();

    assertThat(verdict.count(UNPROVEN)).isEqualTo(4);
    assertThat(verdict.findings()).hasSize(1);
  }

  @Test
  void an_effect_that_two_transactions_brought_about_is_doubled() throws Exception {
    var cause = fine.getFirst().id();
    var effect = shop.append("effect", 1, cause);
    var again = shop.append("effect", 2, cause);
    for (var message : List.of(effect, again)) {
      shop.publish(message);
      shop.handle(message);
    }
    assertThat(ids(shop.verify(), DOUBLED_EFFECT)).containsExactly(again.id());
  }

  @Test
  void two_messages_of_one_transaction_are_one_effect() throws Exception {
    shop.run("begin");
    var effect = shop.append("effect", 1, fine.getFirst().id());
    var another = shop.append("effect", 2, fine.getFirst().id());
    shop.run("commit");
    for (var message : List.of(effect, another)) {
      shop.publish(message);
      shop.handle(message);
    }
    assertThat(shop.verify().findings()).isEmpty();
  }

  @Test
  void dead_letters_and_what_waits_behind_them_are_under_way() throws Exception {
    var dead = shop.append("b", 1);
    var waiting = shop.append("b", 2);
    shop.publish(dead);
    shop.publish(waiting);
    shop.commitOffset(5);
    shop.run(
        """
        insert into dead_letter (consumer, topic, kafka_partition, kafka_offset, message_id, reason, exception, stack_digest, attempts)
        values (?, ?, 0, 3, ?, 'poison', 'X', 'x', 5)
        """,
        shop.consumer,
        shop.topic,
        dead.id());
    shop.run(
        """
        insert into parked_message (consumer, topic, kafka_partition, kafka_offset, key, message_id, type, version, header_names, header_values)
        values (?, ?, 0, 4, 'b', ?, 'Made', 2, '{}', '{}')
        """,
        shop.consumer,
        shop.topic,
        waiting.id());
    // As the library does with what it sets aside.
    shop.handle(dead);
    shop.handle(waiting);
    var verdict = shop.verify();
    assertThat(verdict.holds()).isTrue();
    assertThat(verdict.isAtRest()).isFalse();
    assertThat(ids(verdict, DEAD_LETTER)).containsExactly(dead.id());
    assertThat(ids(verdict, PARKED)).containsExactly(waiting.id());
    shop.run("update dead_letter set state = 'archived', closed_at = now()");
    assertThat(ids(shop.verify(), ARCHIVED)).containsExactly(dead.id());
    shop.run("update dead_letter set state = 'discarded', closed_at = now()");
    assertThat(ids(shop.verify(), DISCARDED)).containsExactly(dead.id());
  }

  @Test
  void what_the_relay_holds_is_under_way() throws Exception {
    var held = shop.append("b", 1);
    shop.run(
        """
        insert into relay_parked (slot, message_id, aggregatetype, aggregateid, aggregateversion, type, payload, quarantined_by, reason)
        values (?, ?, ?, 'b', 1, 'Made', '{}', 'somebody', 'too large')
        """,
        Shop.DATABASE,
        held.id(),
        shop.aggregateType);
    assertUnderWay(shop.verify(), HELD_BY_RELAY, held);
  }

  @Test
  void a_row_is_missing_also_where_the_topic_has_lost_what_is_older_than_asked_for()
      throws Exception {
    var old = shop.append("a", 4);
    shop.publish(old, Instant.now().minus(Duration.ofDays(1)));
    shop.handle(old);
    shop.deleteRecords(3);
    var since = afterNow();
    var lost = shop.append("b", 1);
    afterNow();
    shop.flow("c", 1);
    shop.commitOffset(5);
    assertBroken(shop.verify(Shop.since(since, shop.topic), true), MISSING, lost);
  }

  @Test
  void of_one_consumer_only_the_topics_that_it_reads_are_compared() throws Exception {
    try (var other = new Shop()) {
      other.append("elsewhere", 1);
      var verdict = shop.verify(Shop.of(shop.consumer), true);
      assertThat(verdict.findings()).isEmpty();
      assertThat(verdict.topics()).extracting("topic").containsExactly(shop.topic);
    }
  }

  @Test
  void what_is_older_than_asked_for_is_left_out() throws Exception {
    shop.append("old", 1);
    var later = afterNow();
    shop.flow("b", 2);
    var verdict = shop.verify(Shop.since(later, shop.topic), true);
    assertThat(verdict.findings()).isEmpty();
    assertThat(verdict.topics()).containsExactly(new Verdict.TopicVerdict(shop.topic, 2, 2));
  }

  /** Of a relay that may take half a second, and does not run. */
  private Scope impatient() {
    return Shop.scope(Set.of(shop.topic), Duration.ofMillis(500));
  }

  /** A moment behind all ids that have been made. */
  private static Instant afterNow() {
    var later = Instant.now().plusMillis(5);
    while (!Instant.now().isAfter(later)) {
      Thread.onSpinWait();
    }
    return later;
  }

  private static Message with(Message message, String payload, String type, long version) {
    return new Message(
        message.id(),
        message.aggregateType(),
        message.aggregateId(),
        version,
        type,
        payload,
        MessageContext.NONE);
  }

  private static void assertBroken(Verdict verdict, Kind kind, Message... messages) {
    assertOnly(verdict, kind, messages);
    assertThat(verdict.holds()).isFalse();
  }

  private static void assertUnderWay(Verdict verdict, Kind kind, Message... messages) {
    assertOnly(verdict, kind, messages);
    assertThat(verdict.holds()).isTrue();
    assertThat(verdict.isAtRest()).isFalse();
  }

  private static void assertOnly(Verdict verdict, Kind kind, Message... messages) {
    assertThat(ids(verdict, kind))
        .containsExactlyElementsOf(Arrays.stream(messages).map(Message::id).toList());
    assertThat(verdict.findings()).hasSize(1);
  }

  private static List<UUID> ids(Verdict verdict, Kind kind) {
    return examples(verdict, kind).stream()
        .map(example -> example.messageId().orElseThrow())
        .toList();
  }

  private static List<Finding.Example> examples(Verdict verdict, Kind kind) {
    return verdict.of(Set.of(kind)).stream()
        .flatMap(finding -> finding.examples().stream())
        .toList();
  }

  private static UUID uuid7() {
    return uuid7(Instant.now());
  }

  private static UUID uuid7(Instant time) {
    return new UUID(
        time.toEpochMilli() << 16 | 0x7abcL, UUID.randomUUID().getLeastSignificantBits());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
