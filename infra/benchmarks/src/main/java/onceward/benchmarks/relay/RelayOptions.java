package onceward.benchmarks.relay;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import onceward.benchmarks.Figures;
import onceward.benchmarks.Positive;
import onceward.benchmarks.debezium.Distribution;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What one may choose in both benchmarks of relays. */
final class RelayOptions {

  private static final String ONCEWARD = "onceward";

  @Option(
      names = "--peer",
      split = ",",
      paramLabel = "NAME",
      converter = Peer.Converter.class,
      description =
          "What takes turns with the relay: floor, polling, debezium-server, debezium-server-default; several, separated by commas.")
  private final Set<Peer> peers = new LinkedHashSet<>();

  @Option(
      names = "--payload-bytes",
      split = ",",
      defaultValue = "400",
      converter = Positive.class,
      description =
          "Bytes of each payload (default: ${DEFAULT-VALUE}); several, separated by commas.")
  private List<Integer> payloadBytes = List.of();

  @Option(
      names = "--turns",
      defaultValue = "1",
      converter = Positive.class,
      description =
          "Turns of each relay, each with a new database, topic and process (default: ${DEFAULT-VALUE}).")
  private int turns;

  @Option(
      names = "--xmx",
      defaultValue = "256",
      converter = Positive.class,
      description =
          "The largest heap of a relay other than Debezium Server, in MiB (default: ${DEFAULT-VALUE}).")
  private int heapMb;

  @Option(
      names = "--debezium-xmx",
      defaultValue = "1024",
      converter = Positive.class,
      description = "The largest heap of Debezium Server, in MiB (default: ${DEFAULT-VALUE}).")
  private int debeziumHeapMb;

  @Option(
      names = "--debezium-version",
      defaultValue = Distribution.VERSION,
      description =
          "The version of Debezium Server, which Maven fetches once (default: ${DEFAULT-VALUE}).")
  private String debeziumVersion = Distribution.VERSION;

  @Option(
      names = "--poll-interval",
      description = "The poll-interval of the relay, such as 5ms (default: that of the relay).")
  private @Nullable String pollInterval;

  @Option(
      names = "--capture",
      split = ",",
      paramLabel = "METHOD",
      description =
          "The capture of the relay, pgoutput or engine; both, separated by a comma, take turns (default: that of the relay).")
  private final Set<String> captures = new LinkedHashSet<>();

  @Option(
      names = "--setting",
      paramLabel = "KEY=VALUE",
      description =
          "Sets a property of the relay, such as "
              + OncewardRelay.PREFIX
              + "batch-max=256; may be repeated.")
  private final Map<String, String> settings = new LinkedHashMap<>();

  List<Integer> payloadBytes() {
    return payloadBytes;
  }

  /**
   * The relays that are measured, in turns.
   *
   * @throws IllegalStateException if Debezium Server is one of them and cannot be had
   */
  Turns turns() {
    var relays = new ArrayList<Relay>();
    if (captures.isEmpty()) {
      relays.add(new OncewardRelay(ONCEWARD, heapMb, chosen()));
    }
    for (var capture : captures) {
      var properties = chosen();
      properties.put(OncewardRelay.PREFIX + "capture", capture);
      relays.add(new OncewardRelay(ONCEWARD + "-" + capture, heapMb, properties));
    }
    peers.forEach(peer -> relays.add(relay(peer)));
    return new Turns(relays, turns);
  }

  private Relay relay(Peer peer) {
    return switch (peer) {
      case FLOOR -> new FloorRelay(peer.text(), heapMb);
      case POLLING -> new PollingRelay(peer.text(), heapMb);
      case DEBEZIUM_SERVER ->
          new DebeziumRelay(peer.text(), true, Distribution.find(debeziumVersion), debeziumHeapMb);
      case DEBEZIUM_SERVER_DEFAULT ->
          new DebeziumRelay(peer.text(), false, Distribution.find(debeziumVersion), debeziumHeapMb);
    };
  }

  void addTo(Figures figures) {
    figures.add("turns", turns).add("heapMiB", heapMb).add("settings", chosen());
    if (peers.contains(Peer.DEBEZIUM_SERVER) || peers.contains(Peer.DEBEZIUM_SERVER_DEFAULT)) {
      figures.add("debeziumServer", debeziumVersion).add("debeziumHeapMiB", debeziumHeapMb);
    }
  }

  private Map<String, String> chosen() {
    var chosen = new LinkedHashMap<String, String>();
    if (pollInterval != null) {
      chosen.put(OncewardRelay.PREFIX + "poll-interval", pollInterval);
    }
    chosen.putAll(settings);
    return chosen;
  }
}
