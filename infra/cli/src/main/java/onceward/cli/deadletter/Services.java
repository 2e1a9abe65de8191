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
import onceward.localstack.process.StackException;

/**
 * The services that have dead letters, asked over HTTP: only they can handle a message.
 *
 * @param option which services these are
 */
record Services(List<ProgramClient> all, ServicesOption option) {

  private static final int BAD_REQUEST = 400;
  private static final int NOT_FOUND = 404;

  // A retry also handles every message behind the letter.
  private static final Duration ACTION_LIMIT = Duration.ofMinutes(5);

  static Services of(ServicesOption option) {
    return new Services(option.clients(ACTION_LIMIT), option);
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

  /** The groups of open letters of all services, each with a field {@code service}. */
  List<JsonNode> groups() throws InterruptedException {
    return listed("/dead-letters/groups", "groups");
  }

  /** The latest jobs of all services, each with a field {@code service}. */
  List<JsonNode> jobs() throws InterruptedException {
    return listed("/dead-letters/jobs", "jobs");
  }

  /** The latest entries of the audit, newest first, as many of each service as asked for. */
  List<JsonNode> audit(int limit) throws InterruptedException {
    var entries = new ArrayList<JsonNode>();
    for (var service : all) {
      var left = limit;
      var before = "";
      var page = service.read("/dead-letters/audit").path("audit");
      while (!page.isEmpty() && left > 0) {
        for (var entry : page) {
          if (left-- > 0) {
            entries.add(named(entry, service));
          }
          before = "?before=" + entry.path("id").asText();
        }
        page = service.read("/dead-letters/audit" + before).path("audit");
      }
    }
    return entries;
  }

  private List<JsonNode> listed(String path, String field) throws InterruptedException {
    var listed = new ArrayList<JsonNode>();
    for (var service : all) {
      for (var one : service.read(path).path(field)) {
        listed.add(named(one, service));
      }
    }
    return listed;
  }

  private static JsonNode named(JsonNode one, ProgramClient service) {
    return ((ObjectNode) one).put("service", service.name());
  }

  /** The letter of that id, open or closed, with its history and a field {@code service}. */
  JsonNode letter(String id) throws InterruptedException {
    return found(
        "/dead-letters/", id, "there is no dead letter %s at %s; `%s` lists them", "dlq ls");
  }

  /** The job of that id, with a field {@code service}. */
  JsonNode job(String id) throws InterruptedException {
    return found(
        "/dead-letters/jobs/", id, "there is no job %s at %s; `%s` lists them", "dlq jobs ls");
  }

  /** The job as it stands now. */
  JsonNode job(JsonNode known) throws InterruptedException {
    var service = serviceOf(known);
    return named(service.read("/dead-letters/jobs/" + known.path("job").asText()), service);
  }

  private JsonNode found(String path, String id, String otherwise, String lists)
      throws InterruptedException {
    for (var service : all) {
      var answer = service.get(path + ProgramClient.encoded(id));
      if (answer.isOk()) {
        return named(answer.json(), service);
      }
      if (answer.status() != NOT_FOUND && answer.status() != BAD_REQUEST) {
        service.read("/dead-letters");
        throw new StackException(answer.refusal());
      }
    }
    throw new NotFoundException(otherwise.formatted(id, names(), command(lists)));
  }

  /** What the service of the letter answers to {@code retry}, {@code discard} or {@code show}. */
  Answer close(JsonNode letter, String action, JsonNode body) throws InterruptedException {
    return serviceOf(letter)
        .post("/dead-letters/%s/%s".formatted(letter.path("id").asText(), action), body);
  }

  /** What the service of the job answers to {@code pause}, {@code resume} or {@code cancel}. */
  Answer change(JsonNode job, String action, JsonNode body) throws InterruptedException {
    return serviceOf(job)
        .post("/dead-letters/jobs/%s/%s".formatted(job.path("job").asText(), action), body);
  }

  /**
   * Asks every service for a job.
   *
   * @return the answers, each with a field {@code service}
   * @throws NotFoundException if one refuses, with its own sentence
   */
  List<JsonNode> request(JsonNode body) throws InterruptedException {
    return ask("jobs", body);
  }

  /** Asks every service for something, as {@link #request}. */
  List<JsonNode> ask(String what, JsonNode body) throws InterruptedException {
    var answers = new ArrayList<JsonNode>();
    for (var service : all) {
      var answer = service.post("/dead-letters/" + what, body);
      if (!answer.isOk()) {
        throw new NotFoundException("%s: %s".formatted(service.name(), answer.refusal()));
      }
      answers.add(named(answer.json(), service));
    }
    return answers;
  }

  /** The same services, one by one. */
  List<Services> each() {
    return all.stream().map(service -> new Services(List.of(service), option)).toList();
  }

  /** The service that has a letter or job. */
  ProgramClient serviceOf(JsonNode known) {
    var name = known.path("service").asText();
    return all.stream().filter(service -> service.name().equals(name)).findFirst().orElseThrow();
  }

  /** A command that asks the same services, to be pasted into a shell. */
  String command(String command) {
    return option.command(command);
  }

  private static JsonNode page(ProgramClient service, String query) throws InterruptedException {
    return service.read("/dead-letters" + query).path("deadLetters");
  }
}
