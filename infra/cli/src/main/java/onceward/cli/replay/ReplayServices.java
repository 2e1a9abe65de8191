package onceward.cli.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import onceward.cli.program.Answer;
import onceward.cli.program.NotFoundException;
import onceward.cli.program.ProgramClient;
import onceward.cli.program.ServicesOption;
import onceward.localstack.process.StackException;
import org.jspecify.annotations.Nullable;

/**
 * The services that can replay, asked over HTTP: only they have the handlers.
 *
 * @param option which services these are
 */
record ReplayServices(List<ProgramClient> all, ServicesOption option) {

  private static final Duration ACTION_LIMIT = Duration.ofSeconds(30);
  private static final int NOT_FOUND = 404;
  private static final int BAD_REQUEST = 400;

  static ReplayServices of(ServicesOption option) {
    return new ReplayServices(option.clients(ACTION_LIMIT), option);
  }

  /** A replay, and the service that has it. */
  record Known(ProgramClient service, JsonNode replay) {

    String id() {
      return replay.path("replay").asText();
    }

    String state() {
      return replay.path("state").asText();
    }

    /** The replay as it stands now. */
    Known now() throws InterruptedException {
      return new Known(service, service.read("/replays/" + id()));
    }

    /** What the service answers to {@code run}, {@code pause}, {@code resume} or {@code cancel}. */
    Answer change(String action, JsonNode body) throws InterruptedException {
      return service.post("/replays/%s/%s".formatted(id(), action), body);
    }

    /** As JSON, with the service. */
    JsonNode json() {
      return ((ObjectNode) replay.deepCopy()).put("service", service.name());
    }
  }

  /** The latest replays of all services. */
  List<Known> latest() throws InterruptedException {
    var replays = new ArrayList<Known>();
    for (var service : all) {
      service.read("/replays").path("replays").forEach(one -> replays.add(new Known(service, one)));
    }
    replays.sort(Comparator.comparing(Known::id).reversed());
    return replays;
  }

  /** The replay of that id. */
  Known find(String id) throws InterruptedException {
    var silent = new ArrayList<StackException>();
    for (var service : all) {
      Answer answer;
      try {
        answer = service.get("/replays/" + ProgramClient.encoded(id));
      } catch (StackException unanswered) {
        silent.add(unanswered);
        continue;
      }
      if (answer.isOk()) {
        return new Known(service, answer.json());
      }
      if (answer.status() != NOT_FOUND && answer.status() != BAD_REQUEST) {
        service.read("/replays");
        throw new StackException(answer.refusal());
      }
    }
    if (!silent.isEmpty()) {
      throw silent.getFirst();
    }
    throw new NotFoundException(
        "there is no replay %s; `%s` lists them".formatted(id, command("replay ls")));
  }

  /**
   * Lets the service that has the consumer plan a replay.
   *
   * @throws NotFoundException if no service has such a consumer, or the service refuses
   */
  Known plan(RequestOptions request) throws InterruptedException {
    var known = new LinkedHashSet<String>();
    var silent = new ArrayList<StackException>();
    for (var service : all) {
      JsonNode listed;
      try {
        listed = service.read("/replays");
      } catch (StackException unanswered) {
        silent.add(unanswered);
        continue;
      }
      for (var kind : List.of("subscriptions", "restoreSteps")) {
        for (var one : listed.path(kind)) {
          var consumer = one.path("consumer").asText();
          var topic = one.path("topic").asText();
          if (consumer.equals(request.consumer()) && topic.equals(request.topic())) {
            return plan(service, request.body(consumer, topic));
          }
          known.add("--consumer %s --topic %s".formatted(consumer, topic));
        }
      }
    }
    if (!silent.isEmpty()) {
      throw silent.getFirst();
    }
    throw new NotFoundException(
        "no service has consumer %s of topic %s; allowed: %s"
            .formatted(
                orNone(request.consumer()), orNone(request.topic()), String.join(", ", known)));
  }

  /**
   * Lets this service plan a replay.
   *
   * @throws NotFoundException if the service refuses
   */
  static Known plan(ProgramClient service, JsonNode body) throws InterruptedException {
    var answer = service.post("/replays", body);
    if (!answer.isOk()) {
      throw new NotFoundException("%s: %s".formatted(service.name(), answer.refusal()));
    }
    return new Known(service, answer.json());
  }

  private static String orNone(@Nullable String name) {
    return name == null ? "(none given)" : name;
  }

  /** A command that asks the same services, to be pasted into a shell. */
  String command(String command) {
    return option.command(command);
  }
}
