package onceward.cli.program;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.stream.Stream;
import onceward.localstack.process.StackException;

/** The HTTP answer of a program. */
public record Answer(String program, int status, String body) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Whether the program did what the command asked. */
  public boolean isOk() {
    return status == 200;
  }

  /**
   * The body.
   *
   * @throws StackException if it is no JSON
   */
  public JsonNode json() {
    try {
      return JSON.readTree(body);
    } catch (IOException unreadable) {
      throw new StackException(program + " does not answer with JSON", unreadable);
    }
  }

  /**
   * Why the program refused: its own sentence if the answer has one, otherwise the status.
   *
   * @throws StackException if the body is no JSON
   */
  public String refusal() {
    var json = json();
    return Stream.of(
            // As Micronaut says it, and as problem documents (RFC 9457) do.
            json.at("/_embedded/errors/0/message"),
            json.path("detail"),
            json.path("message"),
            json.path("title"))
        .map(JsonNode::asText)
        .filter(text -> !text.isBlank())
        .findFirst()
        .orElse("%s answers %d".formatted(program, status));
  }
}
