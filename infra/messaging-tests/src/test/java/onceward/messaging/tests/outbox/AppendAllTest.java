package onceward.messaging.tests.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import onceward.messaging.HandledMessage;
import onceward.messaging.InvalidMessageException;
import onceward.messaging.Message;
import onceward.messaging.MessageLimits;
import onceward.messaging.NewMessage;
import onceward.messaging.NoTransactionException;
import onceward.messaging.outbox.Outbox;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.tests.LedgerServiceTest;
import org.junit.jupiter.api.Test;

/**
 * Goal: many messages go with one statement, and are what they would be if they went one by one.
 */
@MicronautTest(transactional = false)
class AppendAllTest extends LedgerServiceTest {

  @Serdeable
  record Opened(String note) {}

  @Inject Outbox outbox;
  @Inject TransactionOperations<Connection> transactions;
  @Inject MeterRegistry meters;

  @Test
  void the_ids_come_back_in_the_order_of_the_messages_and_grow() {
    var thing = UUID.randomUUID();
    var messages =
        LongStream.rangeClosed(1, 500).mapToObj(version -> opened(thing, version)).toList();

    var ids = transactions.executeWrite(_ -> outbox.appendAll(messages));

    assertThat(service.outbox().about(thing)).extracting(Message::id).isEqualTo(ids);
    assertThat(ids.stream().map(UUID::toString)).isSorted().doesNotHaveDuplicates();
    assertThat(service.outbox().about(thing).getLast().payload())
        .isEqualTo("{\"note\":\"{\\\"500\\\"}, \\\\ NULL\"}");
  }

  @Test
  void every_row_gets_a_log_position_of_its_own() throws Exception {
    try (var connection = service.connect()) {
      var log = WrittenLog.from(connection);
      var messages =
          LongStream.rangeClosed(1, 100)
              .mapToObj(version -> opened(UUID.randomUUID(), version))
              .toList();
      transactions.executeWrite(_ -> outbox.appendAll(messages));

      assertThat(log.outboxInserts()).isEqualTo(100);
    }
  }

  @Test
  void all_of_them_name_the_message_that_is_being_handled_as_their_cause() throws Exception {
    var thing = UUID.randomUUID();
    var cause = TestMessages.fromSample("account", "AccountActivated", UUID.randomUUID(), 2);

    HandledMessage.during(
        cause,
        () ->
            transactions.executeWrite(
                _ -> outbox.appendAll(List.of(opened(thing, 1), opened(thing, 2)))));

    assertThat(service.outbox().about(thing))
        .hasSize(2)
        .allSatisfy(message -> assertThat(message.context().causationId()).isEqualTo(cause.id()));
  }

  @Test
  void none_of_none_is_appended_and_a_transaction_is_still_asked_for() {
    assertThat(transactions.<List<UUID>>executeWrite(_ -> outbox.appendAll(List.of()))).isEmpty();
    assertThatThrownBy(() -> outbox.appendAll(List.of()))
        .isInstanceOf(NoTransactionException.class);
  }

  @Test
  void one_that_cannot_be_appended_takes_the_others_with_it_and_not_the_transaction() {
    var thing = UUID.randomUUID();
    var bad = new NewMessage("thing", thing.toString(), 2, "Opened", "no object");

    transactions.executeWrite(_ -> {
      assertThatThrownBy(() -> outbox.appendAll(List.of(opened(thing, 1), bad)))
          .isInstanceOf(InvalidMessageException.class);
      return outbox.append(opened(thing, 3));
    });

    assertThat(service.outbox().about(thing))
        .extracting(Message::aggregateVersion)
        .containsExactly(3L);
  }

  @Test
  void more_messages_than_allowed_at_once_are_refused_and_the_most_are_not() {
    var most = MessageLimits.APPENDED_AT_ONCE_MAX;
    var thing = UUID.randomUUID();
    var many = IntStream.rangeClosed(1, most + 1).mapToObj(at -> opened(thing, at)).toList();

    assertRefused(many, "1001 messages are to be appended at once; at most 1000 are allowed");
    transactions.executeWrite(_ -> outbox.appendAll(many.subList(0, most)));
    assertThat(service.outbox().about(thing)).hasSize(most);
  }

  @Test
  void more_bytes_than_allowed_at_once_are_refused_before_all_are_written() {
    var large = new NewMessage("thing", "42", 1, "Opened", new Opened("x".repeat(500 * 1024)));

    assertRefused(Collections.nCopies(100, large), "payloads of the first 17 of 100 messages are");
  }

  @Test
  void what_has_committed_is_counted_by_topic_and_what_rolled_back_is_not() {
    var before = appended("thing.events");
    var parcelsBefore = appended("parcel.events");
    var thing = UUID.randomUUID();
    var parcel = new NewMessage("parcel", "7", 1, "Opened", new Opened("a"));

    transactions.executeWrite(_ -> {
      outbox.append(opened(thing, 1));
      return outbox.appendAll(List.of(opened(thing, 2), parcel, opened(thing, 3)));
    });
    transactions.executeWrite(transaction -> {
      transaction.setRollbackOnly();
      return outbox.append(opened(thing, 4));
    });

    assertThat(appended("thing.events") - before).isEqualTo(3);
    assertThat(appended("parcel.events") - parcelsBefore).isEqualTo(1);
  }

  private double appended(String topic) {
    var counter = meters.find("messaging.appended").tag("topic", topic).counter();
    return counter == null ? 0 : counter.count();
  }

  private void assertRefused(List<NewMessage> messages, String reason) {
    assertThatThrownBy(() -> transactions.executeWrite(_ -> outbox.appendAll(messages)))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining(reason);
  }

  private static NewMessage opened(UUID thing, long version) {
    var awkward = new Opened("{\"%d\"}, \\ NULL".formatted(version));
    return new NewMessage("thing", thing.toString(), version, "Opened", awkward);
  }
}
