package onceward.messaging.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.micronaut.context.ApplicationContext;
import io.micronaut.transaction.TransactionOperations;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import onceward.messaging.Message;
import onceward.messaging.NewMessage;
import onceward.messaging.inbox.Inbox;
import onceward.messaging.outbox.Outbox;
import onceward.messaging.testkit.TestService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: a database that was migrated on PostgreSQL 17 and moved to 18 appends, consumes and
 * migrates on. The library's migrations are run on 17, those of this module on 18.
 */
class UpgradedServerTest {

  private static final UUID CLAIMED = UUID.fromString("0195d3c2-0000-7000-8000-000000000001");

  @TempDir private Path directory;

  @Test
  void a_database_of_17_goes_on_on_18() throws Exception {
    try (var older = new OlderServer(directory);
        var newer = TestService.create("upgraded")) {
      assumeTrue(major(newer) >= 18, "the tests run on an older server");
      older.migrate();
      older.createSlot();
      assertThat(older.migrate()).isEmpty();
      older.asService(OlderServerTest.append(1));
      older.asService(
          "insert into inbox (consumer, message_id) values ('billing', '%s')".formatted(CLAIMED));

      new Move(older, newer).run();

      try (var service = ApplicationContext.run(Map.<String, Object>copyOf(newer.properties()))) {
        var appended = append(service, 2);
        assertThat(appended.version()).isEqualTo(7);
        assertThat(newer.outbox().about("a"))
            .extracting(Message::aggregateVersion)
            .containsExactly(1L, 2L);
        assertThat(claim(service, CLAIMED, appended)).containsExactly(appended);
      }
      assertThat(count(newer, "flyway_schema_history"))
          .as("a migration of this module came on top")
          .isEqualTo(
              1
                  + Integer.parseInt(
                      older.ask("select count(*) from flyway_schema_history").getFirst()));
      assertThat(count(newer, "ledger")).isZero();
    }
  }

  private static UUID append(ApplicationContext service, long version) {
    return inTransaction(
        service,
        () ->
            service
                .getBean(Outbox.class)
                .append(new NewMessage("thing", "a", version, "Opened", Map.of())));
  }

  private static Iterable<UUID> claim(ApplicationContext service, UUID... ids) {
    return inTransaction(
        service, () -> service.getBean(Inbox.class).claim("billing", List.of(ids)).granted());
  }

  @SuppressWarnings("unchecked")
  private static <T> T inTransaction(ApplicationContext service, Supplier<T> work) {
    TransactionOperations<Connection> transactions = service.getBean(TransactionOperations.class);
    return transactions.executeWrite(_ -> work.get());
  }

  private static int major(TestService service) throws Exception {
    return service.look(connection -> connection.getMetaData().getDatabaseMajorVersion());
  }

  private static int count(TestService service, String table) throws SQLException {
    return service.look(connection -> {
      try (var select = connection.createStatement();
          var row = select.executeQuery("select count(*) from " + table)) {
        row.next();
        return row.getInt(1);
      }
    });
  }
}
