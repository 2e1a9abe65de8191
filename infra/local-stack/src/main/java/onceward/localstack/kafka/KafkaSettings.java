package onceward.localstack.kafka;

import java.nio.file.Path;
import java.util.HashMap;
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
 * @param admin properties by which its administrator logs in; none where nobody has to
 */
public record KafkaSettings(
    Path directory,
    Path log,
    int port,
    int controllerPort,
    Map<String, String> properties,
    Map<String, String> admin) {

  /** A broker that everybody may use without a login. */
  public KafkaSettings(Path directory, Path log, int port, int controllerPort) {
    this(directory, log, port, controllerPort, Map.of(), Map.of());
  }

  /** Everything inside that directory, on free ports. */
  public static KafkaSettings in(Path directory) {
    return new KafkaSettings(
        directory.resolve("kafka"), directory.resolve("kafka.log"), Ports.free(), Ports.free());
  }

  /** The same with these properties, which override. */
  public KafkaSettings with(Map<String, String> overriding) {
    return new KafkaSettings(directory, log, port, controllerPort, overriding, admin);
  }

  /** The same for these users only. */
  public KafkaSettings with(KafkaLogins logins) {
    Map<String, String> all = new HashMap<>(logins.broker(port, controllerPort));
    all.putAll(properties);
    return new KafkaSettings(
        directory, log, port, controllerPort, all, logins.client(KafkaLogins.ADMIN));
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
