package onceward.endtoend;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;

/** Goal: a record that Kafka holds twice has one effect at each consumer. */
class DuplicateDeliveryTest {

  private final Client client = RunningSystem.client();

  @Test
  void the_same_record_sent_twice_has_one_effect() {
    var accountId = client.signUp(Person.unique());
    client.settled(accountId);
    var registered = RunningSystem.topics().about("account.events", accountId).getFirst();
    var created = RunningSystem.topics().about("profile.events", accountId).getFirst();
    var duplicatesBefore = duplicates();

    RunningSystem.topics().repeat(registered);
    RunningSystem.topics().repeat(created);

    await().atMost(30, SECONDS).until(() -> duplicates() >= duplicatesBefore + 2);
    assertThat(RunningSystem.databases().outboxTypes("user", accountId))
        .containsExactly("ProfileCreated");
    assertThat(RunningSystem.databases().outboxTypes("auth", accountId))
        .containsExactly("AccountRegistered", "AccountActivated");
    assertThat(claims("user", registered)).isEqualTo(1);
    assertThat(claims("auth", created)).isEqualTo(1);
    Invariants.hold();
  }

  private static double duplicates() {
    return Metrics.of("user-service").sum("messaging_delivered_total", "outcome=\"duplicate\"")
        + Metrics.of("auth-service").sum("messaging_delivered_total", "outcome=\"duplicate\"");
  }

  private static int claims(
      String database, org.apache.kafka.clients.consumer.ConsumerRecord<?, ?> record) {
    return RunningSystem.databases()
        .count(
            database,
            "select count(*) from inbox where message_id = ?::uuid",
            Topics.header(record, "ce_id"));
  }
}
