package onceward.ledger.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import onceward.ledger.source.Covered;
import onceward.ledger.source.Hours;
import onceward.ledger.source.Ids;
import onceward.ledger.source.Subscribed;
import onceward.ledger.source.Sum;
import onceward.ledger.verify.HourFacts.ConsumerHours;
import onceward.ledger.verify.HourFacts.OutboxHours;
import onceward.ledger.verify.HourFacts.Rows;
import org.junit.jupiter.api.Test;

/** What sums prove, and what they leave to reading. */
final class HourJudgeTest {

  private static final long HOUR = 498_946;
  private static final Instant START = Hours.start(HOUR);
  private static final UUID ALWAYS = new UUID(0, 0);
  private static final Sum MADE = new Sum(3, new UUID(1, 2));
  private static final Sum PAID = new Sum(2, new UUID(4, 8));
  private static final Sum ALL = MADE.plus(PAID);

  @Test
  void an_hour_is_proven_when_all_is_published_and_claimed() {
    assertThat(doubt(ALL, consumer(Map.of("Made", Optional.empty()), MADE, ALWAYS))).isEmpty();
    assertThat(doubt(ALL, consumer(bothTypes(), ALL, ALWAYS))).isEmpty();
  }

  @Test
  void a_count_that_differs_is_a_doubt_and_so_are_other_ids() {
    assertThat(doubt(MADE)).hasValueSatisfying(why -> assertThat(why).contains("published 3"));
    assertThat(doubt(new Sum(ALL.count(), new UUID(0, 0))))
        .hasValueSatisfying(why -> assertThat(why).contains("published others"));
  }

  @Test
  void claims_of_another_type_than_the_consumer_handles_are_a_doubt() {
    assertThat(doubt(ALL, consumer(Map.of("Made", Optional.empty()), ALL, ALWAYS)))
        .contains("billing has 3 messages to handle and has claimed 5");
  }

  @Test
  void what_was_made_before_a_consumer_handled_its_type_need_not_be_claimed() {
    assertThat(doubt(ALL, since(START)))
        .contains("billing has 3 messages to handle and has claimed 0");
    assertThat(doubt(ALL, since(START.plus(Duration.ofHours(1))))).isEmpty();
    assertThat(doubt(ALL, since(START.plusMillis(1))))
        .contains("billing handles Made since a moment in this hour");
  }

  @Test
  void an_inbox_that_has_forgotten_a_part_of_the_hour_proves_nothing() {
    var mark = Ids.lowest(START.plusSeconds(1));
    assertThat(doubt(ALL, consumer(bothTypes(), ALL, mark)))
        .contains("the inbox of billing does not keep all of it");
    assertThat(doubt(ALL, consumer(bothTypes(), ALL, Ids.lowest(START)))).isEmpty();
  }

  @Test
  void a_topic_that_another_has_replaced_proves_nothing() {
    var judge = new HourJudge(facts(ALL, "another", Map.of()));
    assertThat(judge.doubt(HOUR))
        .contains("topic order.events is not the one that was published to");
  }

  @Test
  void an_hour_is_expired_when_kafka_does_not_keep_all_of_it() {
    assertThat(new HourJudge(facts(ALL, "id", Map.of())).isExpired(HOUR)).isFalse();
    assertThat(new HourJudge(facts(ALL, "id", Map.of("order.events", START))).isExpired(HOUR))
        .isFalse();
    var expired = new HourJudge(facts(ALL, "id", Map.of("order.events", START.plusMillis(1))));
    assertThat(expired.isExpired(HOUR)).isTrue();
    assertThat(expired.least(Set.of(HOUR))).isEmpty();
  }

  private static Optional<String> doubt(Sum published, ConsumerHours... consumers) {
    return new HourJudge(facts(published, "id", Map.of(), consumers)).doubt(HOUR);
  }

  private static HourFacts facts(
      Sum published, String topicId, Map<String, Instant> keptFrom, ConsumerHours... consumers) {
    var rows = List.of(new Rows("order", "Made", MADE), new Rows("order", "Paid", PAID));
    return new HourFacts(
        List.of(
            new OutboxHours(
                "shop",
                Map.of(HOUR, rows),
                new Covered(
                    Map.of("order.events", "id"),
                    Map.of(HOUR, Map.of("order", published)),
                    Optional.empty()))),
        List.of(consumers),
        ".events",
        Map.of("order.events", topicId),
        Map.of(),
        keptFrom);
  }

  private static Map<String, Optional<Instant>> bothTypes() {
    return Map.of("Made", Optional.empty(), "Paid", Optional.empty());
  }

  private static ConsumerHours since(Instant since) {
    return consumer(Map.of("Made", Optional.of(since)), Sum.NONE, ALWAYS);
  }

  private static ConsumerHours consumer(
      Map<String, Optional<Instant>> types, Sum claims, UUID inboxFrom) {
    return new ConsumerHours(
        "billing",
        List.of(new Subscribed("billing", "order.events", types, Optional.empty(), Map.of())),
        Map.of(HOUR, claims),
        Set.of(),
        inboxFrom);
  }
}
