package onceward.benchmarks.relay;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedDeque;
import onceward.benchmarks.Figures;
import onceward.benchmarks.Positive;
import onceward.localstack.LoneProgram;
import onceward.localstack.ProjectRoot;
import onceward.localstack.kafka.Topic;
import onceward.localstack.postgres.PostgresServer;
import onceward.localstack.postgres.PostgresSettings;
import onceward.localstack.process.Trees;
import onceward.messaging.testkit.TestServers;
import onceward.messaging.testkit.servers.TestPostgres;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Method: a server of its own gets one database with an outbox for each pipeline; one relay serves
 * all of them. It is watched while nothing is appended, and then one row is appended to each
 * outbox.
 */
@Command(
    name = "pipelines",
    description =
        "Measures what a relay with many pipelines takes while it is idle, and its time to start.",
    mixinStandardHelpOptions = true)
public final class PipelinesBenchmark implements Callable<Integer> {

  /** Beside the relay's own, for this benchmark. */
  private static final int SPARE = 20;

  /** A pipeline reads the log by one connection; looks and commands take some more for a while. */
  private static final int CONNECTIONS_EACH = 6;

  /** The relay just started compiles for a while, which is not what it takes when idle. */
  private static final Duration SETTLE = Duration.ofSeconds(20);

  private static final int PAYLOAD_BYTES = 400;
  private static final Duration READY_LIMIT = Duration.ofMinutes(5);

  @Option(
      names = "--count",
      defaultValue = "200",
      converter = Positive.class,
      description = "Pipelines (default: ${DEFAULT-VALUE}).")
  private int count;

  @Option(
      names = "--seconds",
      defaultValue = "30",
      converter = Positive.class,
      description = "Seconds in which the idle relay is watched (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--xmx",
      defaultValue = "512",
      converter = Positive.class,
      description = "The largest heap of the relay, in MiB (default: ${DEFAULT-VALUE}).")
  private int heapMb;

  @Mixin private final Figures figures = new Figures();

  /** What runs, the last first; ended also when this JVM is. Thread-safe. */
  private final Deque<AutoCloseable> open = new ConcurrentLinkedDeque<>();

  @Override
  public Integer call() throws Exception {
    var ending = new Thread(this::closeAll, "end pipelines");
    Runtime.getRuntime().addShutdownHook(ending);
    try {
      measureAll();
    } finally {
      closeAll();
    }
    figures.add("pipelines", count).add("heapMiB", heapMb).print("pipelines");
    return 0;
  }

  private void measureAll() throws Exception {
    var directory = Files.createTempDirectory("onceward-pipelines-");
    open.push(() -> Trees.delete(directory));
    var server = PostgresServer.start(PostgresSettings.in(directory).with(parameters()));
    open.push(server);
    var databases = databases(TestPostgres.of(server));
    var rows = new Rows("pipelines", count);
    TestServers.kafka().createTopics(Topic.named(rows.topic()));
    var arrivals = new Arrivals(rows, count);
    try (var reader =
        TopicReader.start(TestServers.kafka().bootstrapServers(), rows.topic(), arrivals)) {
      measure(databases, directory.resolve("relay"), rows, arrivals);
      reader.readToEnd();
    }
  }

  private void closeAll() {
    for (var one = open.poll(); one != null; one = open.poll()) {
      try {
        one.close();
      } catch (Exception e) {
        System.err.println("not ended: " + e.getMessage());
      }
    }
  }

  private Map<String, String> parameters() {
    return Map.of(
        "max_connections", Integer.toString(CONNECTIONS_EACH * count + SPARE),
        "max_replication_slots", Integer.toString(count + SPARE),
        "max_wal_senders", Integer.toString(count + SPARE));
  }

  private List<OutboxDatabase> databases(TestPostgres postgres) {
    System.err.printf("making %d databases%n", count);
    var databases = new ArrayList<OutboxDatabase>();
    for (var number = 0; number < count; number++) {
      databases.add(OutboxDatabase.create(postgres, "pipelines_" + number));
    }
    // Or each slot would decode how the databases behind its own were made.
    databases.forEach(OutboxDatabase::makeSlotAnew);
    return databases;
  }

  private void measure(List<OutboxDatabase> databases, Path directory, Rows rows, Arrivals arrivals)
      throws SQLException {
    // Once, for its class archive.
    try (var program = start(databases, directory)) {
      program.awaitReady(READY_LIMIT);
    }
    var start = System.nanoTime();
    try (var process = RelayProcess.of(start(databases, directory))) {
      process.awaitReady();
      figures.add("readySeconds", (System.nanoTime() - start) / 1e9);
      Pause.of(SETTLE);
      figures
          .add("idleCpuShare", process.watch(Duration.ofSeconds(seconds)).cpuShare())
          .add("idleRssMiB", process.residentMb())
          .add("idleThreads", process.threads());
      var appended = System.nanoTime();
      append(databases, rows);
      if (!arrivals.await(count)) {
        throw new IllegalStateException(
            "only %d of %d rows have come.%s"
                .formatted(arrivals.count(), count, process.logTail()));
      }
      figures
          .add("oneRowEachSeconds", (System.nanoTime() - appended) / 1e9)
          .add("maxRssMiB", process.residentPeakMb());
    }
  }

  private LoneProgram start(List<OutboxDatabase> databases, Path directory) {
    var program =
        LoneProgram.start(
            "outbox-relay", ProjectRoot.require(), directory, heapMb, properties(databases));
    open.push(program);
    return program;
  }

  private static Map<String, String> properties(List<OutboxDatabase> databases) {
    var properties = new LinkedHashMap<String, String>();
    properties.put("kafka.bootstrap-servers", TestServers.kafka().bootstrapServers());
    databases.forEach(database ->
        properties.putAll(
            OncewardRelay.pipeline(
                "relay.pipelines." + database.name().replace('_', '-') + ".", database.access())));
    return properties;
  }

  private static void append(List<OutboxDatabase> databases, Rows rows) throws SQLException {
    var payloads = new Payloads(PAYLOAD_BYTES);
    for (var row = 0; row < databases.size(); row++) {
      try (var connection = databases.get(row).connect();
          var insert = connection.prepareStatement(Writers.INSERT)) {
        insert.setString(1, rows.aggregateType());
        insert.setString(2, rows.key(row));
        insert.setLong(3, rows.version(row));
        insert.setString(4, payloads.of(row));
        insert.executeUpdate();
        connection.commit();
      }
    }
  }
}
