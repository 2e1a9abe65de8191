package onceward.benchmarks.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import onceward.localstack.kafka.Topic;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.MessageRecords;
import onceward.messaging.testkit.TestServers;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** A relay that loses a row or sends one twice gets no figures. */
final class LedgerCheckTest {

  private static final int ROWS = 5;
  private static final Payloads PAYLOADS = new Payloads(100);

  @Test
  void each_row_once_and_in_order_is_what_figures_are_for() {
    assertThat(checked("complete", ROWS, 0, 1, 2, 3, 4).faults()).isEmpty();
  }

  @Test
  void a_row_that_did_not_come_is_a_fault() {
    assertThat(checked("lossy", ROWS - 1, 0, 1, 2, 3).faults())
        .anyMatch(fault -> fault.startsWith("4 of 5 rows came"))
        .anyMatch(fault -> fault.startsWith("1 rows: committed"));
  }

  @Test
  void a_row_that_came_twice_is_a_fault() {
    assertThat(checked("doubled", ROWS, 0, 1, 2, 3, 4, 2).faults())
        .singleElement()
        .asString()
        .startsWith("1 rows: published again");
  }

  @Test
  void rows_of_one_key_in_another_order_are_a_fault() {
    assertThat(checked("swapped", ROWS, 0, 2, 1, 3, 4).faults())
        .singleElement()
        .asString()
        .contains("published after a later version");
  }

  /** The check once these rows, by number, were published in this order. */
  private static LedgerCheck checked(String name, int arrived, int... published) {
    var rows = new Rows(name, 1);
    TestServers.kafka().createTopics(Topic.named(rows.topic()));
    try (var database = OutboxDatabase.create("check_" + name)) {
      new Backlog(rows, ROWS, ROWS, PAYLOADS).append(database);
      publish(rows, database, published);
      return LedgerCheck.of(database, rows.topic(), ROWS, arrived);
    }
  }

  private static void publish(Rows rows, OutboxDatabase database, int... published) {
    var bytes = new ByteArraySerializer();
    Map<String, Object> settings =
        Map.of("bootstrap.servers", TestServers.kafka().bootstrapServers());
    try (var producer = new KafkaProducer<>(settings, bytes, bytes)) {
      IntStream.of(published)
          .mapToObj(row -> message(rows, row, database))
          .forEach(message -> {
            var _ = producer.send(MessageRecords.toRecord(message, OutboxAccess.SOURCE));
          });
    }
  }

  private static Message message(Rows rows, int row, OutboxDatabase database) {
    var id =
        database.administer(
            "select id from outbox where aggregateversion = %d".formatted(rows.version(row)));
    return new Message(
        UUID.fromString(id),
        rows.aggregateType(),
        rows.key(row),
        rows.version(row),
        "BenchHappened",
        PAYLOADS.of(row),
        MessageContext.NONE);
  }
}
