package onceward.cli.republish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import onceward.cli.program.Answer;
import onceward.cli.program.NotFoundException;
import onceward.cli.program.OperatorOption;
import onceward.cli.program.ProgramClient;
import onceward.cli.program.RelayOption;
import onceward.localstack.process.StackException;

/**
 * The requests to republish of one relay, asked over HTTP.
 *
 * @param option which relay that is
 */
record Requests(ProgramClient relay, RelayOption option) {

  /** As many as the relay takes at once. */
  private static final int ADD_MAX = 10_000;

  private static final int NOT_FOUND = 404;
  private static final int BAD_REQUEST = 400;

  static Requests of(RelayOption option) {
    return new Requests(option.client(), option);
  }

  /** A request, as the relay shows it. */
  record Known(Requests requests, JsonNode request) {

    /** Its pipeline and number, as commands take them: {@code auth/3}. */
    String name() {
      return RepublishText.name(request);
    }

    String state() {
      return request.path("state").asText();
    }

    /** The request as it stands now. */
    Known now() throws InterruptedException {
      return new Known(requests, requests.relay.read(path()));
    }

    /** What the relay answers to {@code start}, {@code pause}, {@code resume} or {@code cancel}. */
    Answer change(String action, JsonNode body) throws InterruptedException {
      return requests.relay.post(path() + "/" + action, body);
    }

    private String path() {
      return "/republish/%s/%d"
          .formatted(
              ProgramClient.encoded(request.path("pipeline").asText()),
              request.path("request").asLong());
    }
  }

  /** The latest requests of all pipelines of the relay. */
  List<Known> latest() throws InterruptedException {
    var latest = new ArrayList<Known>();
    relay.read("/republish").path("requests").forEach(one -> latest.add(new Known(this, one)));
    return latest;
  }

  /**
   * The request of that name.
   *
   * @throws NotFoundException if there is none
   */
  Known find(String name) throws InterruptedException {
    var slash = name.lastIndexOf('/');
    if (slash > 0 && name.substring(slash + 1).matches("\\d{1,18}")) {
      var answer =
          relay.get(
              "/republish/%s/%s"
                  .formatted(
                      ProgramClient.encoded(name.substring(0, slash)), name.substring(slash + 1)));
      if (answer.isOk()) {
        return new Known(this, answer.json());
      }
      if (answer.status() != NOT_FOUND && answer.status() != BAD_REQUEST) {
        throw new StackException(answer.refusal());
      }
    }
    throw new NotFoundException(
        "there is no republish request %s; `%s` lists them"
            .formatted(name, option.command("republish ls")));
  }

  /**
   * Makes a request that names these messages, and starts it.
   *
   * @throws NotFoundException if the relay refuses
   */
  Known start(String pipeline, List<UUID> messages, OperatorOption operator)
      throws InterruptedException {
    var made =
        new Known(
            this,
            accepted(relay.post("/republish/" + ProgramClient.encoded(pipeline), operator.body())));
    for (int first = 0; first < messages.size(); first += ADD_MAX) {
      var last = Math.min(messages.size(), first + ADD_MAX);
      accepted(made.change("add", body(operator, messages.subList(first, last))));
    }
    return new Known(this, accepted(made.change("start", operator.body())));
  }

  private static ObjectNode body(OperatorOption operator, List<UUID> messages) {
    var body = operator.body();
    var ids = body.putArray("messages");
    messages.forEach(id -> ids.add(id.toString()));
    return body;
  }

  private JsonNode accepted(Answer answer) {
    if (!answer.isOk()) {
      throw new NotFoundException(
          "%s; `%s` lists the requests"
              .formatted(answer.refusal(), option.command("republish ls")));
    }
    return answer.json();
  }

  /** A text with each command in it completed, so that it asks the same relay. */
  String complete(String text) {
    return option.complete(text);
  }

  /** A command that asks the same relay, to be pasted into a shell. */
  String command(String command) {
    return option.command(command);
  }
}
