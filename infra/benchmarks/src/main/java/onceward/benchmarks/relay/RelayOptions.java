package onceward.benchmarks.relay;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import onceward.benchmarks.Figures;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What one may choose of the relay, in both of its benchmarks. */
final class RelayOptions {

  /** The name of the only pipeline. */
  static final String PIPELINE = "bench";

  private static final String PREFIX = "relay.pipelines." + PIPELINE + ".";
  private static final String OF_THE_RELAY = "default";

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
      names = "--capture",
      split = ",",
      paramLabel = "METHOD",
      description =
          "The capture of the relay, pgoutput or engine; both, separated by a comma, are measured in turns (default: that of the relay).")
  private List<String> captures = List.of(OF_THE_RELAY);

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

  /** The properties of the relay that is to publish from this database, captured so. */
  Map<String, String> properties(OutboxDatabase database, String bootstrapServers, String capture) {
    var properties = new LinkedHashMap<>(database.properties(PREFIX));
    properties.put("kafka.bootstrap-servers", bootstrapServers);
    if (!capture.equals(OF_THE_RELAY)) {
      properties.put(PREFIX + "capture", capture);
    }
    properties.putAll(chosen());
    return properties;
  }

  /** One round. */
  @FunctionalInterface
  interface Turn<T> {

    /**
     * Does the round.
     *
     * @param number distinguishes the round from all others of a run
     */
    T take(String number, String capture);
  }

  /** Does each round, by each capture in turns; the rounds of each. */
  <T extends Round> Map<String, Rounds<T>> repeat(Turn<T> turn) {
    var done = new LinkedHashMap<String, List<T>>();
    for (var number = 1; number <= rounds; number++) {
      for (var capture : captures) {
        System.err.printf("round %d of %d, capture: %s%n", number, rounds, capture);
        done.computeIfAbsent(capture, _ -> new ArrayList<>())
            .add(turn.take(number + capture, capture));
      }
    }
    var together = new LinkedHashMap<String, Rounds<T>>();
    done.forEach((capture, each) -> together.put(capture, new Rounds<>(each)));
    return together;
  }

  /** What stands before the names of the figures of one capture. */
  String prefix(String capture) {
    return captures.size() == 1 ? "" : capture + ": ";
  }

  void addTo(Figures figures) {
    figures
        .add("rounds", rounds)
        .add("payload bytes", payloadBytes)
        .add("relay -Xmx MiB", heapMb)
        .add("relay capture", String.join(", ", captures))
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
