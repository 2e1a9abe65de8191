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
    var properties = new LinkedHashMap<String, String>();
    properties.put(PREFIX + "host", outbox.host());
    properties.put(PREFIX + "port", Integer.toString(outbox.port()));
    properties.put(PREFIX + "database", outbox.database());
    properties.put(PREFIX + "username", outbox.username());
    properties.put(PREFIX + "password", outbox.password());
    properties.put(PREFIX + "slot", outbox.slot());
    properties.put(PREFIX + "source", OutboxAccess.SOURCE);
    properties.put("kafka.bootstrap-servers", TestServers.kafka().bootstrapServers());
    properties.putAll(settings);
    return properties;
  }
}
