package onceward.messaging.testkit;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import onceward.localstack.kafka.KafkaBroker;
import onceward.messaging.testkit.servers.Servers;
import onceward.messaging.testkit.servers.TestKafka;
import onceward.messaging.testkit.servers.TestPostgres;
import org.jspecify.annotations.Nullable;

/**
 * One PostgreSQL and one Kafka for all tests of this JVM, started at first use and ended with it.
 *
 * <p>They are processes of this machine and need no Docker. With {@code
 * -Dmessaging.testkit.servers=testcontainers}, or {@code MESSAGING_TESTKIT_SERVERS} in the
 * environment, they are containers: {@code postgres:18} and {@code apache/kafka} in the version of
 * the client. Testcontainers is then the user's to depend on ({@code
 * org.testcontainers:testcontainers} and {@code org.testcontainers:testcontainers-kafka}). The
 * containers have not been run by this project's own build.
 *
 * <p>Safe for use by many threads. What keeps them from starting is told in one line, to everyone
 * who asks.
 */
public final class TestServers {

  private static final long START_LIMIT_S = 120;

  private static @Nullable Servers servers;
  private static @Nullable String failure;

  private TestServers() {}

  /** The PostgreSQL server; create databases of your own in it. */
  public static TestPostgres postgres() {
    return servers().postgres();
  }

  /** The Kafka broker; create topics of your own on it, or use ids of your own on shared ones. */
  public static TestKafka kafka() {
    return servers().kafka();
  }

  /**
   * The Kafka broker as a process of this machine, for tests that pause or kill it.
   *
   * @throws IllegalStateException if it is a container
   */
  public static KafkaBroker embeddedKafka() {
    return servers().embeddedKafka();
  }

  /** Whoever asks first starts them, and the others wait. A start that failed is not repeated. */
  private static synchronized Servers servers() {
    if (failure != null) {
      throw new IllegalStateException(failure);
    }
    if (servers == null) {
      servers = start();
    }
    return servers;
  }

  private static Servers start() {
    var start = new CompletableFuture<Servers>();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(start), "end test servers"));
    try {
      var started = Servers.startConfigured();
      start.complete(started);
      return started;
    } catch (RuntimeException failed) {
      start.completeExceptionally(failed);
      failure = "the test servers did not start: " + failed.getMessage();
      throw failed;
    }
  }

  /** Waits for a start that is under way: what it starts later would stay behind. */
  private static void end(Future<Servers> start) {
    try {
      start.get(START_LIMIT_S, TimeUnit.SECONDS).close();
    } catch (ExecutionException | TimeoutException nothingToEnd) {
      // A start that fails ends what it has started.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
