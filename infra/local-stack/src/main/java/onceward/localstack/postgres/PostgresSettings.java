package onceward.localstack.postgres;

import java.nio.file.Path;
import onceward.localstack.process.Ports;

/**
 * The settings of a server.
 *
 * @param dataDirectory the directory of its cluster; created when missing
 * @param passwords file with the password of every role, mode 600; created when missing
 * @param log the file for its output
 * @param port its port, on 127.0.0.1
 */
public record PostgresSettings(Path dataDirectory, Path passwords, Path log, int port) {

  /** Everything inside that directory, on a free port. */
  public static PostgresSettings in(Path directory) {
    return new PostgresSettings(
        directory.resolve("postgres"),
        directory.resolve("passwords.properties"),
        directory.resolve("postgres.log"),
        Ports.free());
  }
}
