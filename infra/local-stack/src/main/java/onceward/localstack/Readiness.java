package onceward.localstack;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import onceward.localstack.process.LogTail;
import onceward.localstack.process.StackException;
import onceward.localstack.process.Waiting;

/** Asks a program whether it is ready, once or until it is. Thread-safe. */
final class Readiness {

  private static final String PATH = "/health/readiness";

  private static final Duration CALL_LIMIT = Duration.ofSeconds(2);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final int OK = 200;

  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CALL_LIMIT)
          .build();

  private Readiness() {}

  static boolean of(String url) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + PATH)).timeout(CALL_LIMIT).GET().build();
    try {
      return HTTP.send(request, BodyHandlers.discarding()).statusCode() == OK;
    } catch (IOException notYet) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Waits until the program is ready.
   *
   * @throws StackException when it ends, or is not ready within that time
   */
  static void await(String name, String url, Path log, BooleanSupplier alive, Duration limit) {
    boolean ready = Waiting.until(() -> !alive.getAsBoolean() || of(url), limit, POLL);
    if (!alive.getAsBoolean()) {
      throw new StackException(name + " ended before it was ready." + LogTail.describe(log));
    }
    if (!ready) {
      throw new StackException(
          "%s is not ready after %d s: %s%s does not answer 200.%s"
              .formatted(name, limit.toSeconds(), url, PATH, LogTail.describe(log)));
    }
  }
}
