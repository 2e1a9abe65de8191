package onceward.messaging.tests.resilience;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import onceward.messaging.testkit.TestDoor;

/** A service's readiness with its reasons, as an operator sees them. */
record Readiness(TestDoor door) {

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);

  boolean isUp() throws InterruptedException {
    return text().startsWith("200");
  }

  /** Status and reasons; 0 when it does not answer. */
  String text() throws InterruptedException {
    var request = door.get("/health/readiness").timeout(ANSWER_MAX).build();
    try {
      var answer = HTTP.send(request, BodyHandlers.ofString());
      return answer.statusCode() + " " + answer.body();
    } catch (IOException noAnswer) {
      return "0 " + noAnswer;
    }
  }
}
