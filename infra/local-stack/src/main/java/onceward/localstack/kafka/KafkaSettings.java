package onceward.localstack.kafka;

import java.nio.file.Path;
import java.util.Map;
import onceward.localstack.process.Ports;

/**
 * The settings of a broker.
 *
 * @param directory the directory for its data and its generated configuration; created when missing
 * @param log the file for its output
 * @param port the port for clients, on 127.0.0.1
 * @param controllerPort the port of the controller in the broker, on 127.0.0.1
 * @param properties properties of the broker that override the generated ones
 */
public record KafkaSettings(
    Path directory, Path log, int port, int controllerPort, Map<String, String> properties) {

  /** Without more properties. */
  public KafkaSettings(Path directory, Path log, int port, int controllerPort) {
    this(directory, log, port, controllerPort, Map.of());
  }

  /** Everything inside that directory, on free ports. */
  public static KafkaSettings in(Path directory) {
    return new KafkaSettings(
        directory.resolve("kafka"), directory.resolve("kafka.log"), Ports.free(), Ports.free());
  }

  /** The same with these properties, which override. */
  public KafkaSettings with(Map<String, String> overriding) {
    return new KafkaSettings(directory, log, port, controllerPort, overriding);
  }

  Path data() {
    return directory.resolve("data");
  }

  Path serverProperties() {
    return directory.resolve("server.properties");
  }

  Path logback() {
    return directory.resolve("logback.xml");
  }
}
