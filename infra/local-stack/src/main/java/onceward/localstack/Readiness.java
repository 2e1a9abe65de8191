package onceward.localstack;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Asks a program whether it is ready. Thread-safe. */
final class Readiness {

  static final String PATH = "/health/readiness";

  private static final Duration CALL_LIMIT = Duration.ofSeconds(2);
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
}
