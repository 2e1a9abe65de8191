package onceward.messaging.tests.resilience;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** A service's readiness, asked as a load balancer would. */
record Readiness(URI service) {

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);

  boolean isUp() throws InterruptedException {
    return text().startsWith("200");
  }

  /** Status and reasons; 0 when it does not answer. */
  String text() throws InterruptedException {
    var request =
        HttpRequest.newBuilder(service.resolve("/health/readiness")).timeout(ANSWER_MAX).build();
    try {
      var answer = HTTP.send(request, BodyHandlers.ofString());
      return answer.statusCode() + " " + answer.body();
    } catch (IOException noAnswer) {
      return "0 " + noAnswer;
    }
  }
}
