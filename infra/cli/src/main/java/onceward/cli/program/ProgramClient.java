package onceward.cli.program;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import onceward.localstack.LocalStack;
import onceward.localstack.process.StackException;

/**
 * Asks one program of a running system over HTTP. Safe for use by many threads.
 *
 * @param home of the system
 * @param answerLimit how long to wait for an answer
 */
public record ProgramClient(Path home, String program, Duration answerLimit) {

  /**
   * What a page holds.
   *
   * @throws StackException if the program does not run, or does not show it
   */
  public JsonNode read(String path) throws InterruptedException {
    var answer = get(path);
    if (!answer.isOk()) {
      throw new StackException("%s answers %d to GET %s".formatted(program, answer.status(), path));
    }
    return answer.json();
  }

  /**
   * A page, or why there is none.
   *
   * @throws StackException if the program does not run
   */
  public Answer get(String path) throws InterruptedException {
    return send(HttpRequest.newBuilder(uri(path)));
  }

  /**
   * Tells the program something that the path says all of.
   *
   * @throws StackException if the program does not run
   */
  public Answer post(String path) throws InterruptedException {
    return send(HttpRequest.newBuilder(uri(path)).POST(BodyPublishers.noBody()));
  }

  /**
   * Tells the program something.
   *
   * @throws StackException if the program does not run
   */
  public Answer post(String path, JsonNode content) throws InterruptedException {
    return send(
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(content.toString())));
  }

  private URI uri(String path) {
    return URI.create(LocalStack.attach(home).program(program).url() + path);
  }

  private Answer send(HttpRequest.Builder request) throws InterruptedException {
    try (var client = HttpClient.newHttpClient()) {
      var answer = client.send(request.timeout(answerLimit).build(), BodyHandlers.ofString());
      return new Answer(program, answer.statusCode(), answer.body());
    } catch (IOException unreachable) {
      throw new StackException(
          program + " does not answer; `status` shows whether it runs", unreachable);
    }
  }
}
