package onceward.benchmarks.door;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import onceward.localstack.LocalStack;
import onceward.localstack.ProjectRoot;
import onceward.localstack.StackPorts;
import onceward.localstack.StackSettings;
import onceward.localstack.process.Trees;

/**
 * A stack of its own, with the limits that it has by default, and people who have signed up.
 * Thread-safe.
 */
final class Door implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PASSWORD = "correct horse battery staple";
  private static final Duration READY_WITHIN = Duration.ofMinutes(3);
  private static final Duration CALL_LIMIT = Duration.ofSeconds(45);
  private static final int CREATED = 201;

  private final Path home;
  private final LocalStack stack;
  private final URI url;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Somebody> people = new ArrayList<>();
  private int signedUp;

  /** A person with an account, and an access token of that person. */
  record Somebody(String loginId, String accountId, String accessToken) {}

  private Door(Path home, LocalStack stack) {
    this.home = home;
    this.stack = stack;
    this.url = URI.create(stack.program("gateway").url());
  }

  /** Starts the stack, on free ports and in a directory that goes with it. */
  static Door open() {
    try {
      var home = Files.createTempDirectory("onceward-bench-");
      var door =
          new Door(
              home,
              LocalStack.start(
                  StackSettings.of(ProjectRoot.require())
                      .withHome(home)
                      .withPorts(StackPorts.free())
                      .withReadyWithin(READY_WITHIN)
                      // So that a sign-up whose answer does not come stays open through a turn.
                      .withOverride("auth-service", "auth.registration.deadline", "1h")));
      Runtime.getRuntime().addShutdownHook(new Thread(door::close, "end stack"));
      return door;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Signs up so many people, and logs them in. */
  void invite(int count) {
    for (var i = 0; i < count; i++) {
      var loginId = loginId();
      var accountId = signUp(loginId);
      send(request("/v1/accounts/" + accountId).header("Prefer", "wait=30").build(), 200);
      var session = send(login(loginId, true), CREATED);
      people.add(new Somebody(loginId, accountId, session.path("accessToken").asText()));
    }
  }

  List<Somebody> people() {
    return people;
  }

  /** The account of somebody whose sign-up stays open: no message is published any more. */
  String pendingAccount() {
    stack.program("outbox-relay").stop();
    return signUp(loginId());
  }

  /** What {@link #pendingAccount()} has stopped works again. */
  void publishAgain() {
    var relay = stack.program("outbox-relay");
    relay.start();
    relay.awaitReady(READY_WITHIN);
  }

  /** Where the gateway listens. */
  InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), url.getPort());
  }

  /** A request for that path, without a method yet. */
  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(url.resolve(path)).timeout(CALL_LIMIT);
  }

  /** A login with the right password, or with a wrong one. */
  HttpRequest login(String loginId, boolean right) {
    return post(
        "/v1/sessions",
        Map.of("loginId", loginId, "password", right ? PASSWORD : PASSWORD + " not"));
  }

  private String loginId() {
    signedUp++;
    return "somebody" + signedUp;
  }

  private String signUp(String loginId) {
    var answer =
        send(
            post(
                "/v1/accounts",
                Map.of(
                    "loginId",
                    loginId,
                    "password",
                    PASSWORD,
                    "name",
                    "Somebody",
                    "email",
                    loginId + "@example.com",
                    "phone",
                    "+82102%07d".formatted(signedUp))),
            CREATED);
    return answer.path("accountId").asText();
  }

  private HttpRequest post(String path, Map<String, String> body) {
    try {
      return request(path)
          .header("Content-Type", "application/json")
          .POST(BodyPublishers.ofString(JSON.writeValueAsString(body)))
          .build();
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private JsonNode send(HttpRequest request, int wanted) {
    try {
      HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
      if (answer.statusCode() != wanted) {
        throw new IllegalStateException(
            "%s %s answered %d: %s"
                .formatted(
                    request.method(), request.uri().getPath(), answer.statusCode(), answer.body()));
      }
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    stack.close();
    Trees.delete(home);
  }
}
