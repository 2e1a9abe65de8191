package onceward.cli.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import onceward.cli.program.Consent;
import onceward.cli.program.OperatorOption;
import onceward.cli.program.ProgramClient;
import onceward.cli.program.ServicesOption;
import onceward.cli.replay.ReplayServices.Known;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code onceward replay restore}: all steps that bring back the data of a service whose database
 * was lost, in the order that the service names. Run again, it goes on with what is left.
 */
@Command(
    name = "restore",
    description = {
      "Gets the data of a service back from topics, after its database was lost.",
      "The service runs with messaging.restoring=true, and names the steps: first its own topic,",
      "then what completes the data, then what was never decided. Run again, the command goes on",
      "with what is left."
    },
    mixinStandardHelpOptions = true)
final class RestoreCommand implements Callable<Integer> {

  private static final Duration ACTION_LIMIT = Duration.ofSeconds(30);

  /** A replay in these states goes on without being planned anew. */
  private static final Set<String> GOES_ON = Set.of("requested", "planning", "planned", "queued");

  @Spec private CommandSpec command = CommandSpec.create();
  @Mixin private final ServicesOption option = new ServicesOption();
  @Mixin private final OperatorOption operator = new OperatorOption();
  @Mixin private final Consent consent = new Consent();

  @Option(
      names = "--service",
      paramLabel = "NAME",
      description = "The service of the local stack, such as user-service; not with --url.")
  private @Nullable String service;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Handles at most N messages a second in each step.")
  private @Nullable Double rate;

  @Option(
      names = "--without-beginning",
      description =
          "Gives up what the first records of a topic said, where neither Kafka nor a restored backup has them.")
  private boolean withoutBeginning;

  @Option(names = "--json", description = "Prints JSON: the replay of each step; needs --yes.")
  private boolean json;

  private final List<JsonNode> replays = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    var client = client();
    var services = ReplayServices.of(option);
    var state = client.read("/replays");
    if (!state.path("restoring").asBoolean()) {
      System.err.println(notRestoring(client));
      return 1;
    }
    var steps = state.path("restoreSteps");
    if (!json) {
      describe(steps);
    }
    if (consent.isDryRun()) {
      return planAll(client, steps);
    }
    var left = 0;
    for (var step : steps) {
      left += step.path("done").asBoolean() ? 0 : 1;
    }
    if (left == 0) {
      return done(client);
    }
    var what = "do %d of %d steps to restore %s".formatted(left, steps.size(), client.name());
    return consent.obtain(what, what, () -> restore(client, services));
  }

  private ProgramClient client() {
    var all = option.clients(ACTION_LIMIT);
    var named =
        service == null ? all : all.stream().filter(one -> one.name().equals(service)).toList();
    if (named.size() != 1) {
      throw new ParameterException(
          command.commandLine(),
          "say which service is restored: --service %s; or one --url"
              .formatted(String.join(" or ", all.stream().map(ProgramClient::name).toList())));
    }
    return named.getFirst();
  }

  private String notRestoring(ProgramClient client) {
    return "%s does not restore. Stop every process of it, and start it with messaging.restoring=true%s"
        .formatted(
            client.name(),
            service == null
                ? ""
                : ": `%s`"
                    .formatted(
                        option.command("up --set %s:messaging.restoring=true".formatted(service))));
  }

  private static void describe(JsonNode steps) {
    var number = 0;
    for (var step : steps) {
      System.out.printf("Step %d, %s: %s%n", ++number, name(step), state(step));
    }
  }

  private static String name(JsonNode step) {
    return "%s of %s on %s"
        .formatted(
            step.path("mode").asText(),
            step.path("consumer").asText(),
            step.path("topic").asText());
  }

  private static String state(JsonNode step) {
    return step.path("done").asBoolean() ? "done" : step.hasNonNull("replay") ? "begun" : "to do";
  }

  /** Plans what is left, shows the counts, and gives the plans up again. */
  private int planAll(ProgramClient client, JsonNode steps) throws InterruptedException {
    var fits = true;
    for (var step : steps) {
      if (!step.path("done").asBoolean()) {
        var plan = ReplayFollower.awaitEnd(option::command, plan(client, step));
        fits &= plan.state().equals("planned");
        show(plan);
        plan.change("cancel", operator.body());
      }
    }
    printJson();
    return fits ? 0 : 1;
  }

  /** Asks for the steps after each one: what a step counts on changes with the one before. */
  private int restore(ProgramClient client, ReplayServices services) throws InterruptedException {
    var step = next(client);
    while (step != null) {
      if (!isDone(client, services, step)) {
        printJson();
        return 1;
      }
      step = next(client);
    }
    printJson();
    return done(client);
  }

  private static @Nullable JsonNode next(ProgramClient client) throws InterruptedException {
    for (var step : client.read("/replays").path("restoreSteps")) {
      if (!step.path("done").asBoolean()) {
        return step;
      }
    }
    return null;
  }

  private boolean isDone(ProgramClient client, ReplayServices services, JsonNode step)
      throws InterruptedException {
    var replay = begun(client, step);
    if (GOES_ON.contains(replay.state())) {
      replay = ReplayFollower.awaitEnd(option::command, replay);
    }
    var action = replay.state().equals("paused") ? "resume" : "run";
    if (replay.state().equals("planned") || action.equals("resume")) {
      var answer = replay.change(action, operator.body());
      if (!answer.isOk()) {
        System.err.println(answer.refusal());
        return false;
      }
      replay = replay.now();
    }
    var ended = ReplayFollower.awaitEnd(option::command, replay);
    show(ended);
    if (ReplayText.isComplete(ended.replay())) {
      return true;
    }
    if (ended.state().equals("done") && step.path("mode").asText().equals("repair")) {
      System.err.printf(
          "What failed became dead letters. When the service runs as usual again, end them: `%s` lists them.%n",
          services.command("dlq ls"));
      return true;
    }
    System.err.printf(
        "The step is not done: mend what the lines above name, and run this command again. `%s` shows the replay.%n",
        services.command("replay show " + ended.id()));
    return false;
  }

  /** The replay that does the step already; another one if it ended with failures. */
  private Known begun(ProgramClient client, JsonNode step) throws InterruptedException {
    if (step.hasNonNull("replay")) {
      var known = new Known(client, client.read("/replays/" + step.path("replay").asText()));
      if (!known.state().equals("done")) {
        return known;
      }
    }
    return plan(client, step);
  }

  private Known plan(ProgramClient client, JsonNode step) throws InterruptedException {
    ObjectNode body = operator.body();
    for (var field : List.of("consumer", "topic", "mode")) {
      body.set(field, step.path(field));
    }
    if (rate != null) {
      body.put("rate", rate);
    }
    if (withoutBeginning && step.path("mode").asText().equals("restore")) {
      body.put("withoutBeginning", true);
    }
    return ReplayServices.plan(client, body);
  }

  private void show(Known replay) {
    if (json) {
      replays.add(replay.json());
    } else {
      System.out.print(ReplayText.describe(replay.replay()) + ReplayText.failures(replay.replay()));
      System.out.flush();
    }
  }

  private void printJson() {
    if (json) {
      System.out.println(replays);
      System.out.flush();
    }
  }

  private int done(ProgramClient client) {
    if (!json) {
      System.out.printf(
          "Every step is done. Let the pipeline of its database go on, start %s without messaging.restoring%s, and prove the result with `%s` (infra/docs/runbook/consumer-database-lost.md, from step 6).%n",
          client.name(),
          service == null
              ? ""
              : ": `%s`"
                  .formatted(
                      option.command(
                          "up --detach --set %s:messaging.restoring=false".formatted(service))),
          option.command("verify"));
      System.out.flush();
    }
    return 0;
  }
}
