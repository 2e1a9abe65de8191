package onceward.localstack.kafka;

import java.nio.file.Path;
import onceward.localstack.process.Ports;

/**
 * Where a broker lives.
 *
 * @param directory its logs (the data) and its generated configuration; created when missing
 * @param log what the broker prints
 * @param port of the clients, on 127.0.0.1
 * @param controllerPort of the broker's talk with itself, on 127.0.0.1
 */
public record KafkaSettings(Path directory, Path log, int port, int controllerPort) {

  /** Everything inside that directory, on free ports. */
  public static KafkaSettings in(Path directory) {
    return new KafkaSettings(
        directory.resolve("kafka"), directory.resolve("kafka.log"), Ports.free(), Ports.free());
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
