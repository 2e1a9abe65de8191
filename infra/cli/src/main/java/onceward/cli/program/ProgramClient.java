package onceward.cli.program;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import onceward.localstack.HealthReasons;
import onceward.localstack.LocalStack;
import onceward.localstack.process.StackException;

/**
 * Reads from one program over HTTP and posts to it. A read takes seconds at most. A post may take
 * {@code actionLimit}, after the program has shown that it answers. Safe for use by many threads.
 *
 * @param name as messages call it
 * @param url without a slash at the end
 * @param token for its management port; without one it is asked without
 * @param advice what to do when it does not answer, the end of a sentence; may be empty
 * @param actionLimit how long the program may take for a post
 */
public record ProgramClient(
    String name, String url, Optional<OperatorToken> token, String advice, Duration actionLimit) {

  private static final int UNAUTHORIZED = 401;
  private static final Duration TOKEN_REPLACED = Duration.ofMillis(1_500);
  private static final Duration READ_LIMIT = Duration.ofSeconds(5);
  private static final String USER = System.getProperty("user.name");

  /**
   * A program of the stack in that home.
   *
   * @throws StackException if none runs there
   */
  public static ProgramClient of(Path home, String program, Duration actionLimit) {
    LocalStack stack = LocalStack.attach(home);
    return new ProgramClient(
        program,
        stack.program(program).managementUrl(),
        Optional.of(new OperatorToken(stack.operatorTokens().operator())),
        "; `%s` shows whether it runs".formatted(stack.commands().of("status")),
        actionLimit);
  }

  /** A program that runs elsewhere. */
  public static ProgramClient at(URI url, TokenOption token, Duration actionLimit) {
    String text = url.toString().replaceAll("/+$", "");
    return new ProgramClient(text, text, token.file().map(OperatorToken::new), "", actionLimit);
  }

  /**
   * The JSON of a page.
   *
   * @throws StackException if the program does not run, or does not show it
   */
  public JsonNode read(String path) throws InterruptedException {
    var answer = get(path);
    if (!answer.isOk()) {
      throw new StackException(
          "%s answers %d to GET %s%s".formatted(name, answer.status(), path, remedy(answer)));
    }
    return answer.json();
  }

  /** Why the program is not ready, a sentence for each reason; empty if it is, or cannot say. */
  public List<String> unreadiness() throws InterruptedException {
    try {
      return HealthReasons.of(get("/health/readiness").body());
    } catch (StackException unanswered) {
      return List.of(String.valueOf(unanswered.getMessage()));
    }
  }

  /**
   * The answer to a GET, whatever its status.
   *
   * @throws StackException if the program does not answer
   */
  public Answer get(String path) throws InterruptedException {
    return send(request(path, USER), READ_LIMIT);
  }

  /**
   * Posts without a body.
   *
   * @throws StackException if the program does not answer
   */
  public Answer post(String path) throws InterruptedException {
    return postTo(request(path, USER).POST(BodyPublishers.noBody()));
  }

  /**
   * Posts a JSON body.
   *
   * @throws StackException if the program does not answer
   */
  public Answer post(String path, JsonNode content) throws InterruptedException {
    return postTo(
        request(path, content.path("operator").asText(USER))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(content.toString())));
  }

  /** A text as one part of a path. */
  public static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }

  private String remedy(Answer answer) {
    return switch (answer.status()) {
      case 401 ->
          advice.isEmpty()
              ? ": name the file with the token of its management port with --token-file, or in the environment variable "
                  + TokenOption.VARIABLE
              : ": it does not take the token in %s; its log says why"
                  .formatted(token.map(known -> known.file().toString()).orElse("the home"));
      case 404 -> ": is this its management port? Management pages are on no other port";
      default -> "";
    };
  }

  /** Says who asks, for the program's log. */
  private HttpRequest.Builder request(String path, String operator) {
    return HttpRequest.newBuilder(URI.create(url + path))
        .header("X-Onceward-Operator", encoded(operator));
  }

  /** Any answer to the first request shows that the program is not suspended. */
  private Answer postTo(HttpRequest.Builder request) throws InterruptedException {
    get("/health/liveness");
    return send(request, actionLimit);
  }

  /** A program takes a token that was replaced within a second, and has done nothing until then. */
  private Answer send(HttpRequest.Builder request, Duration limit) throws InterruptedException {
    var answer = sendOnce(request, limit);
    if (answer.status() != UNAUTHORIZED || token.isEmpty()) {
      return answer;
    }
    Thread.sleep(TOKEN_REPLACED);
    return sendOnce(request, limit);
  }

  private Answer sendOnce(HttpRequest.Builder request, Duration limit) throws InterruptedException {
    token.ifPresent(known -> request.setHeader("Authorization", known.header()));
    var client = HttpClient.newHttpClient();
    try {
      // A limit of the request itself would end when the head of the answer has come.
      var answer =
          client
              .sendAsync(request.build(), BodyHandlers.ofString())
              .get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return new Answer(name, answer.statusCode(), answer.body());
    } catch (TimeoutException late) {
      throw new StackException(
          "%s does not answer within %d s%s".formatted(name, limit.toSeconds(), advice), late);
    } catch (ExecutionException unreachable) {
      throw new StackException(name + " does not answer" + advice, unreachable);
    } finally {
      client.shutdownNow();
    }
  }
}
