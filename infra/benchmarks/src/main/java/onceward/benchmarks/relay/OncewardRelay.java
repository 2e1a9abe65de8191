package onceward.benchmarks.relay;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import onceward.localstack.LoneProgram;
import onceward.localstack.ProjectRoot;
import onceward.messaging.testkit.TestServers;

/**
 * This project's relay, from its jar and started as the local stack starts it.
 *
 * @param settings properties that are not left at their defaults
 */
record OncewardRelay(String name, int heapMb, Map<String, String> settings) implements Relay {

  /** What the properties of the only pipeline begin with. */
  static final String PREFIX = "relay.pipelines.bench.";

  @Override
  public RelayProcess start(OutboxDatabase database, Path directory) {
    return RelayProcess.of(
        LoneProgram.start(
            "outbox-relay",
            ProjectRoot.require(),
            directory,
            heapMb,
            properties(database.access())));
  }

  private Map<String, String> properties(OutboxAccess outbox) {
    var properties = pipeline(PREFIX, outbox);
    properties.put("kafka.bootstrap-servers", TestServers.kafka().bootstrapServers());
    properties.putAll(settings);
    return properties;
  }

  /**
   * The properties of a pipeline for that outbox.
   *
   * @param prefix what their names begin with
   */
  static Map<String, String> pipeline(String prefix, OutboxAccess outbox) {
    var properties = new LinkedHashMap<String, String>();
    properties.put(prefix + "host", outbox.host());
    properties.put(prefix + "port", Integer.toString(outbox.port()));
    properties.put(prefix + "database", outbox.database());
    properties.put(prefix + "username", outbox.username());
    properties.put(prefix + "password", outbox.password());
    properties.put(prefix + "slot", outbox.slot());
    properties.put(prefix + "source", OutboxAccess.SOURCE);
    return properties;
  }
}
