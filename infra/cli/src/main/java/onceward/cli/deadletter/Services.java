package onceward.cli.deadletter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import onceward.cli.program.Answer;
import onceward.cli.program.NotFoundException;
import onceward.cli.program.ProgramClient;
import onceward.cli.program.ServicesOption;

/**
 * The services that have dead letters, asked over HTTP: only they can handle a message.
 *
 * @param list the command that lists their letters
 */
record Services(List<ProgramClient> all, String list) {

  // A retry also handles every message behind the letter.
  private static final Duration ACTION_LIMIT = Duration.ofMinutes(5);

  static Services of(ServicesOption option) {
    return new Services(option.clients(ACTION_LIMIT), option.command("dlq ls"));
  }

  /** Which services these are, by name and address. */
  String names() {
    return all.stream()
        .map(service ->
            service.name().equals(service.url())
                ? service.url()
                : "%s (%s)".formatted(service.name(), service.url()))
        .collect(Collectors.joining(", "));
  }

  /** The open letters of all services, each with a field {@code service}, oldest first. */
  List<JsonNode> letters() throws InterruptedException {
    var letters = new ArrayList<JsonNode>();
    for (var service : all) {
      var after = "";
      for (var page = page(service, after); !page.isEmpty(); page = page(service, after)) {
        for (var letter : page) {
          letters.add(((ObjectNode) letter).put("service", service.name()));
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
            new NotFoundException(
                "there is no open dead letter %s at %s; `%s` lists them"
                    .formatted(id, names(), list)));
  }

  /** What the service answers to {@code retry} or {@code discard}. */
  Answer close(JsonNode letter, String action) throws InterruptedException {
    var name = letter.path("service").asText();
    return all.stream()
        .filter(service -> service.name().equals(name))
        .findFirst()
        .orElseThrow()
        .post("/dead-letters/%s/%s".formatted(letter.path("id").asText(), action));
  }

  private static JsonNode page(ProgramClient service, String query) throws InterruptedException {
    return service.read("/dead-letters" + query).path("deadLetters");
  }
}
