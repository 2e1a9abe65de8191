package onceward.benchmarks.relay;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import onceward.benchmarks.Figures;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What one may choose of the relay, in both of its benchmarks. */
final class RelayOptions {

  /** The name of the only pipeline. */
  static final String PIPELINE = "bench";

  private static final String PREFIX = "relay.pipelines." + PIPELINE + ".";

  @Option(
      names = "--payload-bytes",
      defaultValue = "400",
      converter = Positive.class,
      description = "Bytes of each payload.")
  private int payloadBytes;

  @Option(
      names = "--rounds",
      defaultValue = "1",
      converter = Positive.class,
      description = "Rounds, each with a new database, topic and relay.")
  private int rounds;

  @Option(
      names = "--xmx",
      defaultValue = "256",
      converter = Positive.class,
      description = "The largest heap of the relay, in MiB.")
  private int heapMb;

  @Option(
      names = "--poll-interval",
      description = "The poll-interval of the relay, such as 5ms (default: that of the relay).")
  private @Nullable String pollInterval;

  @Option(
      names = "--setting",
      paramLabel = "KEY=VALUE",
      description =
          "Sets a property of the relay, such as " + PREFIX + "batch-max=256; may be repeated.")
  private final Map<String, String> settings = new LinkedHashMap<>();

  int payloadBytes() {
    return payloadBytes;
  }

  int heapMb() {
    return heapMb;
  }

  /** The properties of the relay that is to publish from this database. */
  Map<String, String> properties(OutboxDatabase database, String bootstrapServers) {
    var properties = new LinkedHashMap<>(database.properties(PREFIX));
    properties.put("kafka.bootstrap-servers", bootstrapServers);
    properties.putAll(chosen());
    return properties;
  }

  /** Does each round. */
  <T extends Round> Rounds<T> repeat(IntFunction<T> round) {
    return new Rounds<>(
        IntStream.rangeClosed(1, rounds)
            .mapToObj(number -> {
              System.err.printf("round %d of %d%n", number, rounds);
              return round.apply(number);
            })
            .toList());
  }

  void addTo(Figures figures) {
    figures
        .add("rounds", rounds)
        .add("payload bytes", payloadBytes)
        .add("relay -Xmx MiB", heapMb)
        .add("relay settings", chosen());
  }

  private Map<String, String> chosen() {
    var chosen = new LinkedHashMap<String, String>();
    if (pollInterval != null) {
      chosen.put(PREFIX + "poll-interval", pollInterval);
    }
    chosen.putAll(settings);
    return chosen;
  }
}
