package onceward.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import onceward.ledger.source.LedgerException;
import onceward.ledger.source.Progress;
import onceward.ledger.source.Scope;
import onceward.ledger.verify.Shortage;
import onceward.messaging.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which rows of an outbox a topic, or a consumer, lacks. */
final class ShortageTest {

  private static final int LIMIT = 1_000;

  private Shop shop;

  @BeforeEach
  void everything_flows() throws Exception {
    shop = new Shop();
    shop.flow("a", 3);
    shop.commitOffset(3);
  }

  @AfterEach
  void close() throws SQLException {
    shop.close();
  }

  @Test
  void a_topic_that_has_all_rows_lacks_none() throws Exception {
    var shortage = ofTopic(LIMIT, false);

    assertThat(shortage.topics()).isEmpty();
    assertThat(shortage.total()).isZero();
  }

  @Test
  void rows_that_a_topic_lacks_are_counted_with_the_later_versions_that_it_has() throws Exception {
    var lost = List.of(shop.append("b", 1), shop.append("b", 2), shop.append("c", 1));
    for (int version = 3; version <= 6; version++) {
      shop.publish(shop.append("b", version));
    }

    var shortage = ofTopic(LIMIT, false);

    assertThat(shortage.messages()).containsExactlyElementsOf(ids(lost));
    assertThat(shortage.topics())
        .containsExactly(
            new Shortage.OfTopic(
                shop.topic,
                3,
                Optional.of(lost.getFirst().time()),
                Optional.of(lost.getLast().time()),
                4,
                0,
                0,
                0));
  }

  @Test
  void beyond_the_limit_rows_are_only_counted() throws Exception {
    var lost = List.of(shop.append("b", 1), shop.append("b", 2), shop.append("c", 1));

    var shortage = ofTopic(2, false);

    assertThat(shortage.messages()).containsExactlyElementsOf(ids(lost.subList(0, 2)));
    assertThat(shortage.beyond()).isEqualTo(1);
    assertThat(shortage.total()).isEqualTo(3);
  }

  @Test
  void what_the_relay_holds_does_not_lack() throws Exception {
    var held = shop.append("b", 1);
    shop.run(
        "insert into relay_parked (slot, message_id, aggregatetype, aggregateid, type, payload, quarantined_by) values ('ledger', ?, ?, 'b', 'Made', '{}', 'ada')",
        held.id(),
        shop.aggregateType);

    var shortage = ofTopic(LIMIT, false);

    assertThat(shortage.messages()).isEmpty();
    assertThat(shortage.topics().getFirst().heldByRelay()).isEqualTo(1);
  }

  /** Kafka gives nobody who reads what is committed a record behind it. */
  @Test
  void what_may_be_behind_an_open_transaction_does_not_lack() throws Exception {
    var stranger = shop.openTransaction();
    try {
      shop.publish(shop.append("b", 1));

      var shortage = ofTopic(LIMIT, false);

      assertThat(shortage.messages()).isEmpty();
      assertThat(shortage.topics().getFirst().withheld()).isEqualTo(1);
    } finally {
      stranger.abortTransaction();
      stranger.close();
    }
  }

  @Test
  void what_kafka_may_have_deleted_by_age_lacks_only_if_asked_for() throws Exception {
    var late = shop.append("b", 1);
    shop.publish(late, Instant.now().plus(Duration.ofMinutes(1)));
    shop.deleteRecords(3);

    assertThat(ofTopic(LIMIT, false).topics().getFirst().expired()).isEqualTo(3);
    assertThat(ofTopic(LIMIT, false).messages()).isEmpty();
    assertThat(ofTopic(LIMIT, true).messages()).hasSize(3);
  }

  /** Method: nothing is left of what was published. */
  @Test
  void what_is_younger_than_retention_lacks_also_where_a_partition_is_empty() throws Exception {
    var old = shop.append(Instant.now().minus(Duration.ofHours(2)), "c", 1);
    var lost = shop.append("b", 1);
    shop.retain(Duration.ofHours(1));
    shop.deleteRecords(3);

    var shortage = ofTopic(LIMIT, false);

    assertThat(shortage.messages()).contains(lost.id()).doesNotContain(old.id());
    assertThat(shortage.topics().getFirst().expired()).isEqualTo(1);
  }

  /** Method: one message is handled, one is a dead letter, one is in the topic. */
  @Test
  void a_consumer_lacks_what_it_has_not_handled_and_the_topic_has_no_more() throws Exception {
    var lost = shop.append("b", 1);
    shop.publish(lost);
    shop.deleteRecords(4);
    var handled = shop.append("c", 1);
    shop.handle(handled);
    shop.publish(shop.append("d", 1));

    var shortage = search(Shop.of(shop.consumer), LIMIT, false);

    assertThat(shortage.messages()).containsExactly(lost.id());
  }

  @Test
  void a_database_that_is_not_known_is_refused() {
    assertThatThrownBy(() ->
            new Ledger(shop.settings()).shortage("shoe", Scope.ALL, LIMIT, false, Progress.NONE))
        .isInstanceOf(LedgerException.class)
        .hasMessage("There is no database 'shoe'; known are: shop.");
  }

  private Shortage ofTopic(int limit, boolean withExpired) throws Exception {
    return search(Shop.scope(Set.of(shop.topic), Duration.ZERO), limit, withExpired);
  }

  private Shortage search(Scope scope, int limit, boolean withExpired) throws Exception {
    return new Ledger(shop.settings()).shortage("shop", scope, limit, withExpired, Progress.NONE);
  }

  private static List<UUID> ids(List<Message> messages) {
    return messages.stream().map(Message::id).toList();
  }
}
