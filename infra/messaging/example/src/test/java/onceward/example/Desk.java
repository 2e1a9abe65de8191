package onceward.example;

import io.micronaut.context.ApplicationContext;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.client.HttpClient;
import io.micronaut.http.client.annotation.Client;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import onceward.messaging.testkit.TestDoor;

/** The service as its operators see it, on the management port. */
@Singleton
final class Desk {

  private final ApplicationContext service;
  private final HttpClient http;

  Desk(ApplicationContext service, @Client HttpClient http) {
    this.service = service;
    this.http = http;
  }

  @Serdeable
  record DeadLetters(List<DeadLetter> deadLetters) {

    Optional<DeadLetter> about(UUID messageId) {
      return deadLetters.stream().filter(letter -> letter.messageId().equals(messageId)).findAny();
    }
  }

  /** What the tests read of a letter: its id is not that of its message. */
  @Serdeable
  record DeadLetter(UUID id, UUID messageId, String reason) {}

  DeadLetters deadLetters() {
    var request = HttpRequest.GET(uri("/dead-letters")).bearerAuth(TestDoor.READER_TOKEN);
    return http.toBlocking().retrieve(request, DeadLetters.class);
  }

  void discard(UUID letter, String reason) {
    http.toBlocking()
        .exchange(
            HttpRequest.POST(uri("/dead-letters/" + letter + "/discard"), Map.of("reason", reason))
                .bearerAuth(TestDoor.OPERATOR_TOKEN));
  }

  private URI uri(String path) {
    return TestDoor.of(service).address().resolve(path);
  }
}
