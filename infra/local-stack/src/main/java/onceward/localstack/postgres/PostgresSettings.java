package onceward.localstack.postgres;

import java.nio.file.Path;
import java.util.Map;
import onceward.localstack.process.Ports;

/**
 * The settings of a server.
 *
 * @param dataDirectory the directory of its cluster; created when missing
 * @param passwords file with the password of every role, mode 600; created when missing
 * @param log the file for its output
 * @param port its port, on 127.0.0.1
 * @param parameters of the server, which take the place of those it has otherwise, such as {@code
 *     max_connections}
 */
public record PostgresSettings(
    Path dataDirectory, Path passwords, Path log, int port, Map<String, String> parameters) {

  public PostgresSettings {
    parameters = Map.copyOf(parameters);
  }

  /** The same with the parameters that every server has. */
  public PostgresSettings(Path dataDirectory, Path passwords, Path log, int port) {
    this(dataDirectory, passwords, log, port, Map.of());
  }

  /** Everything inside that directory, on a free port. */
  public static PostgresSettings in(Path directory) {
    return new PostgresSettings(
        directory.resolve("postgres"),
        directory.resolve("passwords.properties"),
        directory.resolve("postgres.log"),
        Ports.free());
  }

  /** The same with other parameters of the server. */
  public PostgresSettings with(Map<String, String> others) {
    return new PostgresSettings(dataDirectory, passwords, log, port, others);
  }
}
