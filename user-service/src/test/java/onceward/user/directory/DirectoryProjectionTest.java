package onceward.user.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micronaut.context.annotation.Property;
import io.micronaut.transaction.TransactionOperations;
import io.micronaut.transaction.exceptions.IllegalTransactionStateException;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import onceward.messaging.Message;
import onceward.messaging.readmodel.Generation;
import onceward.messaging.testkit.MessagingTest;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.testkit.TestService;
import org.junit.jupiter.api.Test;

/** Goal: the same messages leave the same directory, however often and in whichever order. */
@MessagingTest(
    name = "user",
    topics = {"account.events", "profile.events"})
@Property(name = "auth.issuer", value = "https://onceward.test")
@Property(name = "auth-service.url", value = "http://127.0.0.1:9")
class DirectoryProjectionTest {

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Generation SECOND = new Generation(2, "directory_entry_2");

  /** So many that some are of one account. */
  private static final int TOGETHER = 30;

  private static final long SEED = 20_261_129;

  @Inject TestService service;
  @Inject DirectoryEntries entries;
  @Inject TransactionOperations<Connection> transactions;

  @Test
  void the_golden_samples_list_and_unlist() throws SQLException {
    var id = UUID.randomUUID();
    var listed = TestMessages.fromSample("profile", "ProfileListed", id, 2, "accountId", id);
    handle(listed);
    assertThat(rows("directory_entry")).contains(id + " 2 김민지");

    handle(TestMessages.fromSample("profile", "ProfileUnlisted", id, 3, "accountId", id));
    assertThat(rows("directory_entry")).contains(id + " 3 nobody");
  }

  @Test
  void a_profile_that_is_erased_is_gone_and_a_name_that_changes_replaces_the_old_one()
      throws SQLException {
    var erased = UUID.randomUUID();
    var renamed = UUID.randomUUID();
    handle(listed(erased, 2, "Ada"));
    handle(TestMessages.fromSample("profile", "ProfileErased", erased, 3, "accountId", erased));
    handle(listed(renamed, 2, "Ada Byron"));
    handle(listed(renamed, 3, "Ada Lovelace"));

    assertThat(rows("directory_entry")).contains(erased + " 3 nobody", renamed + " 3 Ada Lovelace");
  }

  /** Method: under another id, as after the inbox has forgotten the first one. */
  @Test
  void an_old_message_that_comes_again_brings_nobody_back() throws SQLException {
    var id = UUID.randomUUID();
    handle(listed(id, 2, "Grace"));
    handle(TestMessages.fromSample("profile", "ProfileUnlisted", id, 3, "accountId", id));

    handle(listed(id, 2, "Grace"));

    assertThat(rows("directory_entry")).contains(id + " 3 nobody");
  }

  @Test
  void the_same_messages_leave_the_same_table_whatever_the_order() throws Exception {
    var history = history();
    history.forEach(service::publish);
    // Partitions are handled beside each other, so the last message says nothing of the others.
    for (var message : history) {
      assertThat(service.inbox(DirectoryProjection.CONSUMER)).eventually(PATIENCE).handled(message);
    }
    var live = rows("directory_entry");
    var again = new ArrayList<>(history);
    again.addAll(history.subList(0, 20));
    Collections.shuffle(again, new Random(SEED));

    for (var first = 0; first < again.size(); first += TOGETHER) {
      var together = again.subList(first, Math.min(first + TOGETHER, again.size()));
      transactions.executeWrite(_ -> {
        entries.write(SECOND, entriesOf(together));
        return together;
      });
    }

    var accounts = history.stream().map(Message::aggregateId).distinct().toList();
    assertThat(rows("directory_entry_2"))
        .hasSize(accounts.size())
        .containsExactlyInAnyOrderElementsOf(
            live.stream().filter(row -> accounts.contains(row.substring(0, 36))).toList());
  }

  private static List<DirectoryEntry> entriesOf(List<Message> messages) throws Exception {
    var entries = new ArrayList<DirectoryEntry>();
    for (var message : messages) {
      entries.add(entry(message));
    }
    return entries;
  }

  private static DirectoryEntry entry(Message message) throws Exception {
    var payload = JSON.readTree(message.payload());
    return new DirectoryEntry(
        UUID.fromString(message.aggregateId()),
        message.aggregateVersion(),
        payload.path("name").textValue());
  }

  @Test
  void writing_without_a_transaction_is_refused() {
    assertThatThrownBy(
            () -> entries.write(SECOND, List.of(new DirectoryEntry(UUID.randomUUID(), 1, "Ada"))))
        .isInstanceOf(IllegalTransactionStateException.class);
  }

  private static List<Message> history() {
    var messages = new ArrayList<Message>();
    var random = new Random(SEED);
    for (var person = 0; person < 10; person++) {
      var id = UUID.randomUUID();
      for (var version = 2; version < 7; version++) {
        messages.add(
            random.nextBoolean()
                ? listed(id, version, "Name " + random.nextInt(1_000))
                : TestMessages.fromSample(
                    "profile", "ProfileUnlisted", id, version, "accountId", id));
      }
    }
    return messages;
  }

  private void handle(Message message) {
    service.publish(message);
    assertThat(service.inbox(DirectoryProjection.CONSUMER)).eventually(PATIENCE).handled(message);
  }

  private static Message listed(UUID id, long version, String name) {
    return TestMessages.fromSample(
        "profile", "ProfileListed", id, version, "accountId", id, "name", name);
  }

  private List<String> rows(String table) throws SQLException {
    return service.look(connection -> {
      try (var select = connection.createStatement()) {
        var row =
            select.executeQuery(
                "select concat_ws(' ', account_id, version, coalesce(name, 'nobody')) from %s order by 1"
                    .formatted(table));
        var rows = new ArrayList<String>();
        while (row.next()) {
          rows.add(row.getString(1));
        }
        return rows;
      }
    });
  }
}
