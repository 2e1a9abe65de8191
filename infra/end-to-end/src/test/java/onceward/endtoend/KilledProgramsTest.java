package onceward.endtoend;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Goal: a program killed at the worst moment loses nothing, invents nothing, and does nothing
 * twice.
 */
class KilledProgramsTest {

  private final Client client = RunningSystem.client();
  private final Databases databases = RunningSystem.databases();
  private final Topics topics = RunningSystem.topics();

  @AfterAll
  static void afterwards() {
    Invariants.hold();
  }

  /**
   * Method: hold the outbox, so that auth-service hangs with its account inserted and its message
   * not.
   */
  @Test
  void auth_service_killed_between_account_and_message_leaves_neither() {
    var person = Person.unique();
    try (var outbox = databases.holdOutbox("auth")) {
      var answer = client.registerWithoutWaiting(person);
      await().atMost(20, SECONDS).until(outbox::keepsSomebodyWaiting);
      RunningSystem.program("auth-service").kill();
      assertThat(answer.exceptionally(_ -> 0).join()).isNotEqualTo(201);
    }
    RunningSystem.restart("auth-service");
    await().atMost(20, SECONDS).until(() -> openTransactions("auth") == 0);

    assertThat(accounts(person)).isZero();
    assertThat(messagesNaming(person)).isEmpty();
    // The same person signs up again; everything that follows goes through the same path.
    var accountId = client.signUp(person);
    assertThat(client.settled(accountId).text("status")).isEqualTo("ACTIVE");
    assertThat(messagesNaming(person)).containsExactly(accountId.toString());
  }

  /**
   * Method: the proxy holds up the relay's confirmations to PostgreSQL, so Kafka has acknowledged
   * messages and the slot has not moved. The relay publishes again only the messages behind its
   * last position, which may be all or none.
   */
  @Test
  void relay_killed_before_the_slot_moves_loses_nothing_and_does_nothing_twice() {
    client.settled(client.signUp(Person.unique()));
    var relay = RunningSystem.program("outbox-relay");
    RunningSystem.relayToPostgres().holdWhatReplicationSays();
    UUID accountId;
    try {
      accountId = client.signUp(Person.unique());
      await().atMost(14, SECONDS).until(() -> bothMessagesArePublished(accountId));
      relay.kill();
    } finally {
      RunningSystem.relayToPostgres().release();
    }
    RunningSystem.restart("outbox-relay");

    // This sign-up comes last: when it has ended, all repeated messages have arrived.
    var marker = client.signUp(Person.unique());
    assertThat(client.settled(marker).text("status")).isEqualTo("ACTIVE");
    assertThat(
            topics.about("account.events", accountId).stream()
                .map(r -> Topics.header(r, "ce_id"))
                .distinct())
        .hasSize(2);
    assertThat(databases.outboxTypes("user", accountId)).containsExactly("ProfileCreated");
    assertThat(databases.outboxTypes("auth", accountId))
        .containsExactly("AccountRegistered", "AccountActivated");
  }

  /**
   * Method: hold the outbox, so that user-service hangs in its handler, claimed and profile
   * inserted.
   */
  @Test
  void user_service_killed_in_its_handler_makes_the_profile_once() {
    UUID accountId;
    try (var outbox = databases.holdOutbox("user")) {
      accountId = client.signUp(Person.unique());
      await().atMost(20, SECONDS).until(outbox::keepsSomebodyWaiting);
      RunningSystem.program("user-service").kill();
    }
    RunningSystem.restart("user-service");

    assertThat(client.settled(accountId).text("status")).isEqualTo("ACTIVE");
    assertThat(databases.outboxTypes("user", accountId)).containsExactly("ProfileCreated");
    assertThat(
            databases.count(
                "user",
                "select count(*) from profile where account_id = ? and status = 'CREATED'",
                accountId))
        .isEqualTo(1);
  }

  /**
   * Sometimes the server does not send a commit until it hears from the relay, which the proxy
   * prevents here; another commit wakes the server too.
   */
  private boolean bothMessagesArePublished(UUID accountId) {
    databases.texts("auth", "select pg_logical_emit_message(true, 'test', 'wake up')");
    return topics.about("account.events", accountId).size() == 2;
  }

  private int openTransactions(String database) {
    return databases.count(
        database,
        """
        select count(*) from pg_stat_activity
        where datname = current_database() and xact_start is not null and pid <> pg_backend_pid()
          and backend_type = 'client backend'
        """);
  }

  private int accounts(Person person) {
    return databases.count(
        "auth", "select count(*) from account where login_id = ?", person.loginId());
  }

  /**
   * The accounts that registrations with this person's e-mail are about, in the outbox and on the
   * topic.
   */
  private List<String> messagesNaming(Person person) {
    var inOutbox =
        databases.texts(
            "auth",
            "select aggregateid from outbox where payload::jsonb ->> 'email' = ?",
            person.email());
    var onTopic =
        topics.records("account.events").stream()
            .filter(record ->
                new String(record.value(), java.nio.charset.StandardCharsets.UTF_8)
                    .contains("\"" + person.email() + "\""))
            .map(record -> Topics.header(record, "ce_subject"))
            .distinct()
            .toList();
    assertThat(onTopic).isEqualTo(inOutbox);
    return inOutbox;
  }
}
