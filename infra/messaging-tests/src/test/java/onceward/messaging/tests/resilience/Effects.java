package onceward.messaging.tests.resilience;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.annotation.Value;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.inject.Singleton;
import onceward.messaging.Message;
import onceward.messaging.subscription.Subscription;
import onceward.messaging.subscription.Versions;

/** A consumer whose every effect leaves a row of its own in the ledger. */
@Factory
@Requires(property = Effects.TOPIC)
class Effects {

  static final String TOPIC = "resilience.topic";
  static final String CONSUMER = "resilience.consumer";

  @Serdeable
  record Moved() {}

  @Singleton
  Subscription moves(
      @Value("${resilience.topic}") String topic,
      @Value("${resilience.consumer}") String consumer,
      JdbcOperations jdbc) {
    return Subscription.of(consumer, topic)
        .on(Load.TYPE, Moved.class, (_, message) -> enter(jdbc, consumer, message))
        .versions(Versions.GAPLESS);
  }

  private static void enter(JdbcOperations jdbc, String consumer, Message message) {
    jdbc.prepareStatement(
        "insert into ledger (consumer, message_id) values (?, ?)",
        insert -> {
          insert.setString(1, consumer);
          insert.setObject(2, message.id());
          return insert.executeUpdate();
        });
  }
}
