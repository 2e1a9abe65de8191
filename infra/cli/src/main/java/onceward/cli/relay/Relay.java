package onceward.cli.relay;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;
import onceward.cli.program.Answer;
import onceward.cli.program.NotFoundException;
import onceward.cli.program.ProgramClient;
import onceward.cli.program.RelayOption;

/**
 * The relay that a command asks.
 *
 * @param option how it was named, for the commands that a user may run next
 */
record Relay(ProgramClient program, RelayOption option) {

  static Relay of(RelayOption option) {
    return new Relay(option.client(), option);
  }

  /** The state of each pipeline, in the order of the relay's settings. */
  List<JsonNode> pipelines() throws InterruptedException {
    var pipelines = program.read("/relay").path("pipelines");
    return StreamSupport.stream(pipelines.spliterator(), false).toList();
  }

  /** Posts {@code pause}, {@code resume} or {@code accept} for a pipeline. */
  Answer post(String pipeline, String action) throws InterruptedException {
    return program.post("/relay/%s/%s".formatted(segment(pipeline), action), operator());
  }

  /** Posts {@code quarantine}, {@code retry} or {@code discard} for one message. */
  Answer post(String pipeline, String action, UUID message) throws InterruptedException {
    return program.post("/relay/%s/%s/%s".formatted(pipeline, action, message), operator());
  }

  private static ObjectNode operator() {
    return JsonNodeFactory.instance.objectNode().put("operator", System.getProperty("user.name"));
  }

  /** The messages that wait in all pipelines, each with a field {@code pipeline}. */
  List<JsonNode> parked() throws InterruptedException {
    var parked = new ArrayList<JsonNode>();
    for (var pipeline : pipelines()) {
      var name = pipeline.path("pipeline").asText();
      for (var message : program.read("/relay/" + name).path("parked")) {
        parked.add(((ObjectNode) message).put("pipeline", name));
      }
    }
    return parked;
  }

  /** The message of that id that waits, with a field {@code pipeline}. */
  JsonNode parked(UUID id) throws InterruptedException {
    for (var pipeline : pipelines()) {
      var name = pipeline.path("pipeline").asText();
      var answer = program.get("/relay/%s/%s".formatted(name, id));
      if (answer.isOk()) {
        return ((ObjectNode) answer.json()).put("pipeline", name);
      }
    }
    throw new NotFoundException(
        "no message %s is parked; `%s` lists them".formatted(id, option.command("relay parked")));
  }

  /**
   * Encodes any typed text as one part of a path; the relay refuses names that it does not have.
   */
  private static String segment(String typed) {
    return URLEncoder.encode(typed, UTF_8).replace("+", "%20");
  }
}
