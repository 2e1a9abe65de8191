package onceward.benchmarks.claim;

import io.micronaut.transaction.TransactionOperations;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import onceward.benchmarks.Durations;
import onceward.benchmarks.Figures;
import onceward.benchmarks.Service;
import onceward.messaging.inbox.Inbox;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.testkit.TestService;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Method: two services with an inbox each, one empty and one full of rows of today, claim in turns:
 * first one message, then a poll's worth.
 */
@Command(
    name = "claim",
    description = "Compares a claim on a full inbox with a claim on an empty inbox.",
    mixinStandardHelpOptions = true)
public final class ClaimBenchmark implements Runnable {

  private static final int BATCH = 200;
  private static final int FILL_STEP = 1_000_000;

  // The ids of today so far, in the order of time, all in one partition.
  private static final String FILL =
      """
      insert into inbox (consumer, message_id)
      select 'bench', uuidv7(make_interval(
        secs => -extract(epoch from (now() at time zone 'UTC')::time)::float8 * (? - entry) / ?))
      from generate_series(?::bigint, ?::bigint) as entry on conflict do nothing
      """;

  @Option(names = "--rows", defaultValue = "20000000", description = "Rows in the full inbox.")
  private long rows;

  @Option(names = "--claims", defaultValue = "5000", description = "Claims of each kind.")
  private int claims;

  @Mixin private final Figures figures = new Figures();

  @Override
  public void run() {
    try (var emptyAround = TestService.create("bench");
        var fullAround = TestService.create("bench");
        var empty = Service.start(emptyAround, Map.of());
        var full = Service.start(fullAround, Map.of())) {
      fill(fullAround);
      figures.add("rows", rows).add("claims", claims);
      compare("one", 1, empty, full);
      compare("batch of " + BATCH, BATCH, empty, full);
      figures.print("claim");
    }
  }

  private void compare(String name, int size, Service empty, Service full) {
    measure(size, claims / 4, empty, full);
    var measured = measure(size, claims, empty, full);
    var emptyMs = measured.empty().percentileMs(0.5);
    var fullMs = measured.full().percentileMs(0.5);
    figures
        .add(name + ", empty p50 ms", emptyMs)
        .add(name + ", full p50 ms", fullMs)
        .add(name + ", full p99 ms", measured.full().percentileMs(0.99))
        .add(name + ", full / empty p50", fullMs / emptyMs)
        .add(name + ", full / empty mean", measured.full().meanMs() / measured.empty().meanMs());
  }

  private record Measured(Durations empty, Durations full) {}

  private static Measured measure(int size, int count, Service empty, Service full) {
    var measured = new Measured(new Durations(count), new Durations(count));
    for (var claim = 0; claim < count; claim++) {
      var ids = Stream.generate(TestMessages::newId).limit(size).toList();
      measured.empty().time(() -> claim(empty, ids));
      measured.full().time(() -> claim(full, ids));
    }
    return measured;
  }

  @SuppressWarnings("unchecked") // The framework registers the bean for connections.
  private static void claim(Service service, List<UUID> ids) {
    TransactionOperations<Connection> operations = service.bean(TransactionOperations.class);
    var inbox = service.bean(Inbox.class);
    var granted = operations.executeWrite(_ -> inbox.claim("bench", ids).granted().size());
    if (granted != ids.size()) {
      throw new IllegalStateException("granted " + granted + " of " + ids.size() + " new messages");
    }
  }

  private void fill(TestService service) {
    try (var connection = service.connect();
        var fill = connection.prepareStatement(FILL)) {
      for (var from = 1L; from <= rows; from += FILL_STEP) {
        fill.setLong(1, rows);
        fill.setLong(2, rows);
        fill.setLong(3, from);
        fill.setLong(4, Math.min(from + FILL_STEP - 1, rows));
        fill.executeUpdate();
        System.err.printf("filled %,d of %,d rows%n", Math.min(from + FILL_STEP - 1, rows), rows);
      }
      try (var vacuum = connection.createStatement()) {
        vacuum.execute("vacuum analyze inbox");
        vacuum.execute("checkpoint");
      }
    } catch (SQLException e) {
      throw new IllegalStateException("could not fill the inbox", e);
    }
  }
}
