package onceward.cli.deadletter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import onceward.cli.program.Answer;
import onceward.cli.program.NotFoundException;
import onceward.cli.program.ProgramClient;

/** The services that have dead letters, asked over HTTP: only they can handle a message. */
record Services(Path home) {

  private static final List<String> NAMES = List.of("auth-service", "user-service");

  // A retry also handles every message behind the letter.
  private static final Duration ANSWER_LIMIT = Duration.ofMinutes(5);

  /** The open letters of all services, each with a field {@code service}, oldest first. */
  List<JsonNode> letters() throws InterruptedException {
    var letters = new ArrayList<JsonNode>();
    for (var service : NAMES) {
      var after = "";
      for (var page = page(service, after); !page.isEmpty(); page = page(service, after)) {
        for (var letter : page) {
          letters.add(((ObjectNode) letter).put("service", service));
          after = "?after=" + letter.path("id").asText();
        }
      }
    }
    return letters;
  }

  /** The open letter of that id. */
  JsonNode letter(String id) throws InterruptedException {
    return letters().stream()
        .filter(letter -> letter.path("id").asText().equals(id))
        .findFirst()
        .orElseThrow(() ->
            new NotFoundException("there is no open dead letter " + id + "; `dlq ls` lists them"));
  }

  /** What the service answers to {@code retry} or {@code discard}. */
  Answer close(JsonNode letter, String action) throws InterruptedException {
    return program(letter.path("service").asText())
        .post("/dead-letters/%s/%s".formatted(letter.path("id").asText(), action));
  }

  private JsonNode page(String service, String query) throws InterruptedException {
    return program(service).read("/dead-letters" + query).path("deadLetters");
  }

  private ProgramClient program(String service) {
    return new ProgramClient(home, service, ANSWER_LIMIT);
  }
}
