package onceward.cli.deadletter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import onceward.cli.program.Answer;
import onceward.cli.program.Consent;
import onceward.cli.program.OperatorOption;
import onceward.cli.program.ServicesOption;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * The common part of {@code retry} and {@code discard}: one letter at once, or many in a job. Both
 * ask before they change anything.
 */
final class Closing {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  @Mixin private final ServicesOption option = new ServicesOption();
  @Mixin private final Consent consent = new Consent();
  @Mixin private final OperatorOption operator = new OperatorOption();
  @Mixin private final SelectionOptions selection = new SelectionOptions();
  @Mixin private final LimitOptions limits = new LimitOptions();

  @Parameters(
      paramLabel = "ID",
      arity = "0..1",
      description = "The id of one dead letter, as `dlq ls` shows it; or say which by options.")
  private @Nullable String id;

  @Option(names = "--json", description = "Prints the service's answer as JSON; needs --yes.")
  private boolean json;

  OperatorOption operator() {
    return operator;
  }

  ParameterException usage(String what) {
    return new ParameterException(command.commandLine(), what);
  }

  /** Whether one letter is named. */
  boolean isOne() {
    return id != null;
  }

  /**
   * Exit code 0 when all letters are closed; 1 when one is not, when a service refuses, or the user
   * says no.
   *
   * @param what would be done with one letter: the rest of a sentence that begins with "Would"
   */
  int run(String action, String what, ObjectNode body) throws Exception {
    requireOneOrMany();
    var services = Services.of(option);
    return id == null ? many(services, action, body) : one(services, id, action, what, body);
  }

  private void requireOneOrMany() {
    if (isOne() == selection.isGiven() || selection.isContradiction()) {
      throw usage(
          "say which letters: one ID; or --group, --consumer, --type, --exception, --since, --until; or --all");
    }
  }

  private int one(Services services, String letterId, String action, String what, ObjectNode body)
      throws Exception {
    var letter = services.letter(letterId);
    var sentence = what.formatted(describe(letter));
    if (consent.isDryRun()) {
      var plan = services.close(letter, action, body.put("dryRun", true));
      if (!plan.isOk()) {
        return print(action, plan);
      }
    }
    return consent.obtain(
        sentence, sentence, () -> print(action, services.close(letter, action, body)));
  }

  private int print(String action, Answer answer) {
    if (!answer.isOk()) {
      System.err.println(answer.refusal());
      return 1;
    }
    System.out.println(json ? answer.body() : words(action, answer.json()));
    return 0;
  }

  /** What became of one letter. */
  static String words(String action, JsonNode closed) {
    var released = closed.path("released").asLong();
    var becameLetters = closed.path("becameLetters").asLong();
    if (becameLetters > 0) {
      return "Dead letter %s is discarded. %,d messages behind it are dead letters now: the service has no subscription for them. Discard or archive these as well."
          .formatted(closed.path("id").asText(), becameLetters);
    }
    return "Dead letter %s is %s; %s."
        .formatted(
            closed.path("id").asText(),
            action.equals("discard") ? "discarded" : "handled",
            released == 0
                ? "no message waited behind it"
                : released == 1
                    ? "1 message behind it was handled"
                    : "%,d messages behind it were handled".formatted(released));
  }

  private int many(Services services, String action, ObjectNode body) throws Exception {
    var request = limits.addTo(selection.addTo(body)).put("action", action);
    var plans = services.request(request.deepCopy().put("dryRun", true));
    var total = plans.stream().mapToLong(plan -> plan.path("total").asLong()).sum();
    if (total == 0) {
      System.out.printf("No open dead letter fits. Asked: %s.%n", services.names());
      return 0;
    }
    if (json && consent.isDryRun()) {
      System.out.println(plans);
      return 0;
    }
    var sentence = "%s %s".formatted(action, Plan.describe(plans));
    return consent.obtain(sentence, sentence, () -> start(services, request));
  }

  private int start(Services services, ObjectNode request) throws InterruptedException {
    var jobs = new ArrayList<JsonNode>(services.request(request));
    jobs.removeIf(job -> !job.has("job"));
    return limits.isDetached()
        ? JobFollower.detach(services, jobs, json)
        : JobFollower.follow(services, jobs, json);
  }

  private static String describe(JsonNode letter) {
    return "%s version %s of %s (%s)"
        .formatted(
            letter.path("type").asText("a record"),
            letter.path("version").asText("-"),
            letter.path("key").asText("-"),
            letter.path("service").asText());
  }
}
