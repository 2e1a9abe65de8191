package onceward.localstack;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;

/** Stands in for a program: reads its settings as one does, and says that it is ready. */
public final class FakeProgram {

  private static final long LINGER_NANOS = 2_000_000_000L;

  private static final String SETTINGS = "MICRONAUT_CONFIG_FILES";

  private FakeProgram() {}

  public static void main(String[] arguments) throws IOException {
    Properties settings = settings();
    if (List.of(arguments).contains("migrate")) {
      migrate(settings);
      return;
    }
    if (settings.containsKey("fake.fails")) {
      System.err.println("fake failure: " + settings.getProperty("fake.fails"));
      System.exit(3);
    }
    requireToken(settings);
    HttpServer server = HttpServer.create(address(settings), 0);
    boolean isReady = !"true".equals(settings.getProperty("messaging.restoring"));
    server.createContext(
        "/health",
        exchange -> {
          boolean asksReady = exchange.getRequestURI().getPath().equals("/health/readiness");
          exchange.sendResponseHeaders(isReady || !asksReady ? 200 : 503, -1);
          exchange.close();
        });
    server.start();
    if (settings.containsKey("fake.lingers")) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> linger(server)));
    }
  }

  private static void requireToken(Properties settings) {
    String token = settings.getProperty("management.operator-token-file");
    if (token != null && !Files.exists(Path.of(token))) {
      System.err.println("fake failure: no token in " + token);
      System.exit(3);
    }
  }

  /** Fails where a file beside its settings says so. */
  private static void migrate(Properties settings) {
    if (Files.exists(Path.of(System.getenv(SETTINGS)).resolveSibling("fake.fails"))) {
      System.err.println("fake failure: a table is in the way");
      System.exit(3);
    }
    System.out.println("migrated as " + settings.getProperty("flyway.datasources.migrator.user"));
  }

  /** Answers no more, and ends a while later, as a program does that finishes its work. */
  private static void linger(HttpServer server) {
    server.stop(0);
    LockSupport.parkNanos(LINGER_NANOS);
  }

  private static Properties settings() throws IOException {
    Properties settings = new Properties();
    // As Micronaut does: a Reader would take other characters for the same bytes.
    try (InputStream file = Files.newInputStream(Path.of(System.getenv(SETTINGS)))) {
      settings.load(file);
    }
    return settings;
  }

  private static InetSocketAddress address(Properties settings) {
    return new InetSocketAddress(
        settings.getProperty("micronaut.server.host"),
        Integer.parseInt(settings.getProperty("micronaut.server.port")));
  }
}
