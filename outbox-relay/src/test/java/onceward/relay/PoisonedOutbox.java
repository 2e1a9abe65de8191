package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.UUID;

/** The outbox of a test may hold a message for which the topic's limit is too low. */
abstract class PoisonedOutbox extends OutboxAndTopic {

  static final int LOW = 2_000;
  static final int HIGH = 1_000_000;
  static final String OPERATOR = "ada";

  /** In one transaction a1, b1, a2, which is too large, a3 and b2. */
  UUID appendWithPoison() throws Exception {
    try (var connection = database.begin()) {
      var type = topic.aggregateType();
      OutboxDatabase.append(connection, type, "a", 1);
      OutboxDatabase.append(connection, type, "b", 1);
      var poison = OutboxDatabase.appendLarge(connection, type, "a", 2, 2 * LOW);
      OutboxDatabase.append(connection, type, "a", 3);
      OutboxDatabase.append(connection, type, "b", 2);
      connection.commit();
      return poison;
    }
  }

  void append(String aggregateId, int version) throws Exception {
    database.append(topic.aggregateType(), aggregateId, version);
  }

  /** In this order, each of them as it came first. */
  void awaitArrived(String... arrivals) {
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> assertThat(committed.arrivals().stream().distinct()).containsExactly(arrivals));
  }
}
