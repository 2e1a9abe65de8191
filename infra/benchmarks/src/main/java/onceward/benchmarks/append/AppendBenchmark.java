package onceward.benchmarks.append;

import io.micronaut.transaction.TransactionOperations;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;
import onceward.benchmarks.Durations;
import onceward.benchmarks.Figures;
import onceward.benchmarks.Payload;
import onceward.benchmarks.Service;
import onceward.messaging.NewMessage;
import onceward.messaging.outbox.Outbox;
import onceward.messaging.testkit.TestService;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Method: transactions that insert one row, every second of which also appends one message, so that
 * both see the same machine.
 */
@Command(
    name = "append",
    description = "What one append adds to a transaction.",
    mixinStandardHelpOptions = true)
public final class AppendBenchmark implements Runnable {

  @Option(names = "--transactions", defaultValue = "20000", description = "of each kind")
  private int transactions;

  @Mixin private final Figures figures = new Figures();

  @Override
  @SuppressWarnings("unchecked") // The framework registers the bean for connections.
  public void run() {
    try (var surroundings = TestService.create("bench");
        var service = Service.start(surroundings, Map.of())) {
      TransactionOperations<Connection> operations = service.bean(TransactionOperations.class);
      var outbox = service.bean(Outbox.class);
      measure(operations, outbox, transactions / 4);
      var measured = measure(operations, outbox, transactions);
      figures
          .add("transactions", transactions)
          .add("without message p50 ms", measured.without().percentileMs(0.5))
          .add("with message p50 ms", measured.with().percentileMs(0.5))
          .add("one append adds p50 ms", added(measured, 0.5))
          .add("one append adds p99 ms", added(measured, 0.99))
          .add("one append adds mean ms", measured.with().meanMs() - measured.without().meanMs())
          .print("append");
    }
  }

  private record Measured(Durations without, Durations with) {}

  private static double added(Measured measured, double share) {
    return measured.with().percentileMs(share) - measured.without().percentileMs(share);
  }

  private static Measured measure(
      TransactionOperations<Connection> operations, Outbox outbox, int count) {
    var measured = new Measured(new Durations(count), new Durations(count));
    var payload = Payload.ofBytes(400);
    for (var pair = 0; pair < count; pair++) {
      measured
          .without()
          .time(() -> operations.executeWrite(transaction -> insert(transaction.getConnection())));
      measured
          .with()
          .time(() ->
              operations.executeWrite(connection -> {
                insert(connection.getConnection());
                return outbox.append(message(payload));
              }));
    }
    return measured;
  }

  private static NewMessage message(Payload payload) {
    return new NewMessage("bench", UUID.randomUUID().toString(), 1, "BenchHappened", payload);
  }

  private static int insert(Connection connection) throws SQLException {
    try (var insert = connection.prepareStatement("insert into work (note) values (?)")) {
      insert.setString(1, "a row of the domain");
      return insert.executeUpdate();
    }
  }
}
