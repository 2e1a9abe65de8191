package onceward.localstack;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import onceward.localstack.process.Condition;
import onceward.localstack.process.LogTail;
import onceward.localstack.process.Ports;
import onceward.localstack.process.StackException;
import onceward.localstack.process.Waiting;

/** Asks a program whether it is ready, once or until it is. Thread-safe. */
final class Readiness {

  /** How long one answer may take. */
  static final Duration CALL_LIMIT = Duration.ofSeconds(2);

  static final Duration POLL = Duration.ofMillis(100);

  static final String PATH = "/health/readiness";

  private static final String LIVENESS_PATH = "/health/liveness";
  private static final int OK = 200;

  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CALL_LIMIT)
          .build();

  private Readiness() {}

  /** The condition of a program whose process runs. Takes 2 s at most. */
  static Condition of(String url) {
    return ask(URI.create(url + PATH));
  }

  /** As {@link #of}, of a program that counts as ready when it answers at all. */
  static Condition ofLife(String url) {
    return ask(URI.create(url + LIVENESS_PATH));
  }

  /**
   * Why a program is not ready, as its management port says; empty if that does not say. Takes 2 s
   * at most.
   *
   * @param managementUrl of its management port
   * @param token the file with a token for that port
   */
  static List<String> reasons(String managementUrl, Path token) {
    return HealthReasons.of(page(managementUrl, token));
  }

  /** As {@link #reasons}: what is to be mended although the program may be ready. */
  static List<String> warnings(String managementUrl, Path token) {
    return HealthReasons.warnings(page(managementUrl, token));
  }

  /** Empty if there is no answer. */
  private static String page(String managementUrl, Path token) {
    try {
      var request =
          HttpRequest.newBuilder(URI.create(managementUrl + PATH))
              .header("Authorization", "Bearer " + Files.readString(token).strip())
              .GET()
              .build();
      var answer = HTTP.sendAsync(request, BodyHandlers.ofString());
      try {
        return answer.get(CALL_LIMIT.toMillis(), TimeUnit.MILLISECONDS).body();
      } finally {
        answer.cancel(true);
      }
    } catch (IOException | ExecutionException | TimeoutException | IllegalArgumentException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  private static Condition ask(URI uri) {
    long end = System.nanoTime() + CALL_LIMIT.toNanos();
    try {
      // The HTTP client would treat a socket that is connected to itself as a server.
      Ports.connect(uri.getPort(), CALL_LIMIT).close();
      return ask(uri, end - System.nanoTime());
    } catch (SocketTimeoutException late) {
      return Condition.SILENT;
    } catch (IOException refused) {
      return Condition.NOT_READY;
    }
  }

  /** Limits the whole call: the limit of a request ends when the head of the answer has arrived. */
  private static Condition ask(URI uri, long limitNanos) {
    var answer =
        HTTP.sendAsync(HttpRequest.newBuilder(uri).GET().build(), BodyHandlers.discarding());
    try {
      HttpResponse<Void> response = answer.get(limitNanos, TimeUnit.NANOSECONDS);
      return response.statusCode() == OK ? Condition.READY : Condition.NOT_READY;
    } catch (TimeoutException late) {
      return Condition.SILENT;
    } catch (ExecutionException e) {
      return e.getCause() instanceof HttpTimeoutException ? Condition.SILENT : Condition.NOT_READY;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Condition.SILENT;
    } finally {
      answer.cancel(true);
    }
  }

  /**
   * Waits until the program is ready.
   *
   * @param logStart the length of its log when it was started
   * @throws StackException when it ends, or is not ready within that time
   */
  static void await(
      String name, String url, Path log, long logStart, BooleanSupplier alive, Duration limit) {
    boolean ready =
        Waiting.until(() -> !alive.getAsBoolean() || of(url) == Condition.READY, limit, POLL);
    if (!alive.getAsBoolean()) {
      throw new StackException(
          name + " ended before it was ready." + LogTail.describe(log, logStart));
    }
    if (!ready) {
      throw new StackException(
          "%s is not ready after %d s: %s%s does not answer 200.%s"
              .formatted(name, limit.toSeconds(), url, PATH, LogTail.describe(log, logStart)));
    }
  }
}
