package onceward.benchmarks.append;

import io.micronaut.transaction.TransactionOperations;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import onceward.benchmarks.Durations;
import onceward.benchmarks.Figures;
import onceward.benchmarks.Payload;
import onceward.benchmarks.Service;
import onceward.messaging.outbox.Outbox;
import onceward.messaging.testkit.TestService;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Method: transactions that insert one row, in turns: as they are, with one round trip more, with
 * the message's row inserted by hand, and with the message appended. So all see the same machine,
 * and the last three say how much of an append is the way to the server, the row, and the library.
 */
@Command(
    name = "append",
    description = "Measures what one append adds to a transaction.",
    mixinStandardHelpOptions = true)
public final class AppendBenchmark implements Runnable {

  private static final int PAYLOAD_BYTES = 400;
  private static final int ORDER_SEED = 1;

  @Option(
      names = "--transactions",
      defaultValue = "20000",
      description = "Transactions of each kind.")
  private int transactions;

  @Mixin private final Figures figures = new Figures();

  @Override
  @SuppressWarnings("unchecked") // The framework registers the bean for connections.
  public void run() {
    try (var surroundings = TestService.create("bench");
        var service = Service.start(surroundings, Map.of())) {
      TransactionOperations<Connection> operations = service.bean(TransactionOperations.class);
      var payload = Payload.ofBytes(PAYLOAD_BYTES);
      var additions =
          List.of(
              Addition.nothing(),
              Addition.roundTrip(),
              Addition.plainInsert(payload.json()),
              Addition.append(service.bean(Outbox.class), payload));
      // The compiler needs more than ten thousand of a kind before it leaves the code alone.
      measure(operations, additions, transactions);
      report(measure(operations, additions, transactions));
    }
  }

  private void report(List<Durations> measured) {
    var without = measured.getFirst();
    var with = measured.getLast();
    figures
        .add("transactions", transactions)
        .add("without message p50 ms", without.percentileMs(0.5))
        .add("with message p50 ms", with.percentileMs(0.5))
        .add("one round trip adds p50 ms", added(without, measured.get(1), 0.5))
        .add("one insert by hand adds p50 ms", added(without, measured.get(2), 0.5))
        .add("one append adds p50 ms", added(without, with, 0.5))
        .add("of which by the library p50 ms", added(measured.get(2), with, 0.5))
        .add("one append adds p99 ms", added(without, with, 0.99))
        .add("one append adds mean ms", with.meanMs() - without.meanMs())
        .print("append");
  }

  private static double added(Durations before, Durations after, double share) {
    return after.percentileMs(share) - before.percentileMs(share);
  }

  private static List<Durations> measure(
      TransactionOperations<Connection> operations, List<Addition> additions, int count) {
    var measured = additions.stream().map(_ -> new Durations(count)).toList();
    var kinds = new ArrayList<>(IntStream.range(0, additions.size()).boxed().toList());
    var chance = new Random(ORDER_SEED);
    for (var turn = 0; turn < count; turn++) {
      // Else each would always find the server as the same other one leaves it.
      Collections.shuffle(kinds, chance);
      for (var kind : kinds) {
        var addition = additions.get(kind);
        var aggregateId = UUID.randomUUID().toString();
        measured.get(kind).time(() -> transaction(operations, addition, aggregateId));
      }
    }
    return measured;
  }

  private static void transaction(
      TransactionOperations<Connection> operations, Addition addition, String aggregateId) {
    operations.executeWrite(transaction -> {
      insert(transaction.getConnection());
      addition.perform(transaction.getConnection(), aggregateId);
      return null;
    });
  }

  private static void insert(Connection connection) throws SQLException {
    try (var insert = connection.prepareStatement("insert into work (note) values (?)")) {
      insert.setString(1, "a row of the domain");
      insert.executeUpdate();
    }
  }
}
