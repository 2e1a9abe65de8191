package onceward.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import onceward.ledger.trace.Journey;
import onceward.messaging.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class TraceTest {

  private Shop shop;

  @BeforeEach
  void open() throws SQLException {
    shop = new Shop();
  }

  @AfterEach
  void close() throws SQLException {
    shop.close();
  }

  @Test
  void a_message_is_followed_to_its_place_its_claim_and_what_it_brought_about() throws Exception {
    var aggregate = UUID.randomUUID().toString();
    var cause = shop.flow(aggregate, 1).getFirst();
    var effect = shop.append(aggregate + "-effect", 1, cause.id());
    shop.publish(effect);

    var journeys = shop.trace(effect.id());

    assertThat(journeys)
        .extracting(journey -> journey.appended().id())
        .as("what brought it about comes first")
        .containsExactly(cause.id(), effect.id());
    var first = journeys.getFirst();
    assertThat(first.now()).isEqualTo("handled");
    assertThat(first.published()).hasSize(1);
    assertThat(first.published().getFirst().topic()).isEqualTo(shop.topic);
    assertThat(first.caused()).containsExactly(effect.id());
    assertThat(step(first)).isEqualTo(Journey.Step.HANDLED);
    assertThat(journeys.getLast().now()).isEqualTo("waits at " + shop.consumer);
    assertThat(shop.trace(cause.id())).isEqualTo(journeys);
    assertThat(shop.trace(aggregate)).isEqualTo(journeys);
  }

  @Test
  void a_message_is_found_by_its_trace() throws Exception {
    var traceId = UUID.randomUUID().toString().replace("-", "");
    shop.run(
        """
        insert into outbox (aggregatetype, aggregateid, aggregateversion, type, payload, traceparent)
        values (?, 'a', 1, 'Made', '{}', ?)
        """,
        shop.aggregateType,
        "00-" + traceId + "-b7ad6b7169203331-01");
    assertThat(shop.trace(traceId)).hasSize(1);
  }

  @Test
  void a_message_is_found_among_many_that_were_published_late() throws Exception {
    Message wanted = null;
    for (var number = 0; number < 200; number++) {
      var message = shop.append("key-" + number, 1);
      shop.publish(message);
      wanted = number == 120 ? message : wanted;
    }
    if (wanted == null) {
      throw new AssertionError();
    }
    assertThat(shop.trace(wanted.id()).getFirst().published().getFirst().offset()).isEqualTo(120);
  }

  @Test
  void a_message_is_found_in_the_partition_that_its_key_had_before_partitions_were_added()
      throws Exception {
    var aggregate = Shop.keyOfPartition(1, 2);
    var before = shop.append(aggregate, 1);
    shop.publish(before);
    shop.addPartitions(2);
    var after = shop.append(aggregate, 2);
    shop.publish(after, 1, Instant.now());

    assertThat(shop.trace(aggregate))
        .extracting(journey -> journey.published().getFirst().partition())
        .containsExactly(0, 1);
  }

  /** Method: younger messages were published before it. */
  @Test
  void a_message_is_found_where_the_relay_has_published_it_again() throws Exception {
    var late = behindYoungerOnes();
    shop.republished(late, Instant.now().minusSeconds(60));

    assertThat(shop.trace(late.id()).getFirst().published())
        .extracting(Journey.Place::offset)
        .containsExactly(1L);
  }

  @Test
  void a_message_is_found_where_the_relay_has_published_it_after_it_was_parked() throws Exception {
    var late = behindYoungerOnes();
    shop.run(
        "insert into relay_parked (slot, message_id, aggregatetype, aggregateid, type, quarantined_by, ended_at) values (?, ?, ?, ?, 'Made', 'ada', now())",
        Shop.DATABASE,
        late.id(),
        shop.aggregateType,
        late.aggregateId());

    assertThat(shop.trace(late.id()).getFirst().published())
        .extracting(Journey.Place::offset)
        .containsExactly(1L);
  }

  /** Such as after a transaction that took long. */
  @Test
  void a_message_that_was_not_looked_for_everywhere_is_not_called_unpublished() throws Exception {
    var late = behindYoungerOnes();

    assertThat(shop.trace(late.id()).getFirst().now())
        .startsWith("no record found near its time: slot " + Shop.DATABASE + " is read by nobody");
  }

  private Message behindYoungerOnes() throws Exception {
    var now = Instant.now();
    var late = shop.append(now.minus(Duration.ofHours(2)), UUID.randomUUID().toString(), 1);
    var younger = now.minus(Duration.ofHours(1));
    shop.publish(shop.append(younger, "younger", 1), younger);
    shop.publish(late);
    return late;
  }

  @Test
  void what_is_not_published_names_the_slot() throws Exception {
    var late = shop.append(UUID.randomUUID().toString(), 1);
    assertThat(shop.trace(late.id()).getFirst().now())
        .startsWith("not published: slot " + Shop.DATABASE + " is read by nobody");
  }

  @Test
  void a_message_that_the_consumer_passed_is_shown_as_that() throws Exception {
    var message = shop.append(UUID.randomUUID().toString(), 1);
    shop.publish(message);
    shop.commitOffset(1);
    assertThat(step(shop.trace(message.id()).getFirst())).isEqualTo(Journey.Step.PASSED);
  }

  @Test
  void a_dead_letter_is_shown_with_its_reason() throws Exception {
    var message = shop.append(UUID.randomUUID().toString(), 1);
    shop.publish(message);
    shop.run(
        """
        insert into dead_letter (consumer, topic, kafka_partition, kafka_offset, message_id, reason, exception, stack_digest, attempts)
        values (?, ?, 0, 0, ?, 'poison', 'java.lang.IllegalStateException', 'x', 5)
        """,
        shop.consumer,
        shop.topic,
        message.id());
    // As the library does with what it sets aside.
    shop.handle(message);
    var consumer = shop.trace(message.id()).getFirst().consumers().getFirst();
    assertThat(consumer.step()).isEqualTo(Journey.Step.DEAD_LETTER);
    assertThat(consumer.detail().orElseThrow())
        .contains("poison after 5 attempts", "IllegalStateException");
  }

  @Test
  void what_an_operator_has_closed_says_how_by_whom_and_why() throws Exception {
    assertThat(closed("discarded")).startsWith("discarded at " + shop.consumer);
    assertThat(closed("archived")).startsWith("archived at " + shop.consumer);
    assertThat(closed("handled")).isEqualTo("handled");
  }

  private String closed(String state) throws Exception {
    var message = shop.append(UUID.randomUUID().toString(), 1);
    shop.publish(message);
    shop.run(
        """
        with letter as (
          insert into dead_letter (consumer, topic, kafka_partition, kafka_offset, message_id, reason, exception, stack_digest, attempts, state, closed_at)
          values (?, ?, 0, 0, ?, 'poison', 'java.lang.IllegalStateException', 'x', 5, ?, now() + interval '1 day') returning id, state)
        insert into dead_letter_attempt (letter, outcome, attempts, operator, reason)
        select id, state, 1, 'ada', 'nobody needs it' from letter
        """,
        shop.consumer,
        shop.topic,
        message.id(),
        state);
    shop.handle(message);
    var journey = shop.trace(message.id()).getFirst();
    // And not when it was set aside.
    assertThat(journey.consumers().getFirst().at().orElseThrow())
        .isAfter(Instant.now().plus(Duration.ofHours(1)));
    assertThat(journey.consumers().getFirst().detail().orElseThrow())
        .contains("by ada, reason: nobody needs it; letter ", "poison after 5 attempts");
    return journey.now();
  }

  @Test
  void nothing_is_found_of_what_never_was() {
    assertThat(shop.trace(UUID.randomUUID())).isEmpty();
    assertThat(shop.trace("no such aggregate")).isEmpty();
  }

  private static Journey.Step step(Journey journey) {
    return journey.consumers().getFirst().step();
  }
}
