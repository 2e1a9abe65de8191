package onceward.messaging.tests.resilience;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import onceward.localstack.process.Ports;

/**
 * The real pgbouncer of this machine, in front of one database: transactions of many clients on two
 * server connections.
 */
final class PgBouncer implements AutoCloseable {

  private static final int POOL = 2;

  private final Path directory;
  private final String name;
  private final Process process;
  private final int port;

  /**
   * Starts it.
   *
   * @param service the properties of a service that reaches its database directly
   */
  PgBouncer(Path program, Map<String, String> service) throws IOException {
    var jdbcUrl = service.getOrDefault("datasources.default.url", "");
    var database = URI.create(jdbcUrl.substring("jdbc:".length()));
    directory = Files.createTempDirectory("onceward-pgbouncer-");
    // As root it refuses to run, and the user it runs as must read its file.
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    port = Ports.free();
    name = database.getPath().substring(1);
    var file =
        Files.writeString(
            directory.resolve("pgbouncer.ini"),
            """
            [databases]
            %s = host=%s port=%d dbname=%s user=%s password=%s
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = %d
            unix_socket_dir =
            auth_type = any
            pool_mode = transaction
            default_pool_size = %d
            max_client_conn = 100
            """
                .formatted(
                    name,
                    database.getHost(),
                    database.getPort(),
                    name,
                    service.get("datasources.default.username"),
                    service.get("datasources.default.password"),
                    port,
                    POOL));
    var command = new ArrayList<>(List.of(program.toString(), "-q"));
    if (System.getProperty("user.name").equals("root")) {
      command.addAll(List.of("-u", "nobody"));
    }
    command.add(file.toString());
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("pgbouncer.log").toFile())
            .start();
    await().atMost(20, SECONDS).until(this::listens);
  }

  /** Where it is installed; empty if it is not. */
  static Optional<Path> installed() {
    return Stream.concat(
            Stream.of(System.getenv().getOrDefault("PATH", "").split(":")), Stream.of("/usr/sbin"))
        .map(place -> Path.of(place, "pgbouncer"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** The URL of the database through it. */
  String url(String parameters) {
    return "jdbc:postgresql://127.0.0.1:%d/%s?%s".formatted(port, name, parameters);
  }

  private boolean listens() throws IOException {
    if (!process.isAlive()) {
      throw new IllegalStateException(
          "pgbouncer has ended: " + Files.readString(directory.resolve("pgbouncer.log")));
    }
    try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly().onExit().join();
    try (var files = Files.list(directory)) {
      for (var file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}
