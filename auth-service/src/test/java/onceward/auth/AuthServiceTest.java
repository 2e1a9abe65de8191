package onceward.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.support.TestPropertyProvider;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import onceward.messaging.Message;
import onceward.messaging.testkit.MessagingTest;
import onceward.messaging.testkit.TestDoor;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.testkit.TestService;
import org.junit.jupiter.api.TestInstance;

/**
 * What the tests of auth-service share: the service on real PostgreSQL and Kafka, and a client to
 * call it.
 */
@MessagingTest(
    name = "auth",
    topics = {"account.events", "profile.events"})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class AuthServiceTest implements TestPropertyProvider {

  protected static final Duration PATIENCE = Duration.ofMinutes(1);
  protected static final String PASSWORD = "correct horse battery staple";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final AtomicInteger PEOPLE = new AtomicInteger();

  @Inject protected TestService service;
  @Inject protected EmbeddedServer server;

  /** An answer: its status, headers and JSON. */
  public record Answer(HttpResponse<String> response, JsonNode json) {

    public int status() {
      return response.statusCode();
    }

    public String text(String field) {
      return json.path(field).asText();
    }
  }

  @Override
  public Map<String, String> getProperties() {
    var properties = new HashMap<String, String>();
    properties.put("auth.issuer", "https://onceward.test");
    properties.put("auth.signing-key-file", signingKey().toString());
    properties.put("auth.registration.deadline-check", "100ms");
    // Hashing is not what these tests are about.
    properties.put("auth.password.memory-kib", "1024");
    properties.put("auth.password.iterations", "1");
    return properties;
  }

  /** A sign-up nobody else makes. */
  protected static ObjectNode somebody() {
    var number = PEOPLE.incrementAndGet();
    return JSON.createObjectNode()
        .put("loginId", "person" + number)
        .put("password", PASSWORD)
        .put("name", "김민지 " + number)
        .put("email", "person%d@example.com".formatted(number))
        .put("phone", "+82 10 2%03d 5678".formatted(number));
  }

  protected UUID signUp(ObjectNode person) {
    var answer = post("/v1/accounts", person);
    assertThat(answer.status()).as("%s", answer.json()).isEqualTo(201);
    return UUID.fromString(answer.text("accountId"));
  }

  protected UUID activeAccount(ObjectNode person) {
    var accountId = signUp(person);
    service.publish(profileMessage("ProfileCreated", accountId));
    awaitStatus(accountId, "ACTIVE");
    return accountId;
  }

  protected static Message profileMessage(String type, UUID accountId) {
    return TestMessages.fromSample("profile", type, accountId, 1, "accountId", accountId);
  }

  protected void awaitStatus(UUID accountId, String status) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(get("/v1/accounts/" + accountId).text("status")).isEqualTo(status));
  }

  protected Answer post(String path, JsonNode body) {
    return post(path, body.toString());
  }

  protected Answer post(String path, String body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  protected Answer get(String path, String... headers) {
    var request = request(path);
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  /** As an operator, on the management port. */
  protected Answer getAsOperator(String path) {
    return send(TestDoor.of(server.getApplicationContext()).get(path));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(server.getURI().resolve(path));
  }

  protected static Answer send(HttpRequest.Builder request) {
    try {
      var response = CLIENT.send(request.build(), BodyHandlers.ofString());
      return new Answer(response, JSON.readTree(response.body()));
    } catch (IOException e) {
      throw new IllegalStateException("auth-service did not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static Path signingKey() {
    try {
      var file = Files.createTempFile("signing-key", ".json");
      file.toFile().deleteOnExit();
      var key = new ECKeyGenerator(Curve.P_256).keyID("test-1").generate();
      return Files.writeString(file, key.toJSONString());
    } catch (IOException | JOSEException e) {
      throw new IllegalStateException(e);
    }
  }
}
