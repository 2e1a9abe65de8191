package onceward.messaging.tests.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Inject;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.SQLException;
import onceward.messaging.tests.LedgerServiceTest;
import org.junit.jupiter.api.Test;

/**
 * Goal: who asks a service whose database is away is told to come again, and not that the service
 * is broken.
 */
@MicronautTest(transactional = false)
@Property(name = "ledger.unavailable", value = "true")
class UnavailableTest extends LedgerServiceTest {

  @Controller
  @Requires(property = "ledger.unavailable")
  @ExecuteOn(TaskExecutors.BLOCKING)
  static class Asked {

    private final TransactionOperations<Connection> transactions;

    Asked(TransactionOperations<Connection> transactions) {
      this.transactions = transactions;
    }

    @Get("/database")
    String database() {
      return transactions.executeRead(transaction -> {
        try (var statement = transaction.getConnection().createStatement()) {
          statement.execute("select pg_terminate_backend(pg_backend_pid())");
          return "alive";
        } catch (SQLException ended) {
          throw new IllegalStateException(ended);
        }
      });
    }

    @Get("/fault")
    String fault() {
      throw new IllegalStateException("a fault of the service");
    }
  }

  @Inject EmbeddedServer server;

  /** Method: the connection ends in the middle of its transaction. */
  @Test
  void a_database_that_goes_away_is_503_with_a_hint_when_to_come_again() throws Exception {
    var answer = get("/database");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).hasValue("5");
  }

  @Test
  void a_fault_of_the_service_stays_500() throws Exception {
    assertThat(get("/fault").statusCode()).isEqualTo(500);
  }

  private HttpResponse<String> get(String path) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(server.getURI().resolve(path)).build();
      return client.send(request, BodyHandlers.ofString());
    }
  }
}
