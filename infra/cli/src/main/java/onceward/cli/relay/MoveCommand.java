package onceward.cli.relay;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import onceward.cli.program.Answer;
import onceward.cli.program.Consent;
import onceward.cli.program.OperatorOption;
import onceward.cli.program.ProgramClient;
import onceward.cli.program.RelayOption;
import onceward.cli.program.StatusLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code onceward relay move}: requests a move and follows it. May be ended and run again at any
 * time: the request is the relay's, and each run looks anew. Exit code 0 when the pipeline has left
 * its database, or has arrived.
 */
@Command(
    name = "move",
    description = {
      "Has a pipeline leave its database for a copy in another cluster, such as after a major upgrade.",
      "The pipeline leaves once its outbox is fenced and everything in it is published; it goes on in a cluster that holds what it left.",
      "Run it again at any time, at the old and at the new cluster: it says what is done, and what to do next. infra/docs/runbook/move.md says how."
    },
    mixinStandardHelpOptions = true)
final class MoveCommand implements Callable<Integer> {

  private static final Duration LOOK = Duration.ofSeconds(1);

  /** How often to look whether the relay has taken a departure back. */
  private static final int LOOKS_MAX = 60;

  @Mixin private final RelayOption relay = new RelayOption();
  @Mixin private final OperatorOption operator = new OperatorOption();
  @Mixin private final Consent consent = new Consent();

  @Parameters(
      paramLabel = "PIPELINE",
      description = "The name of the pipeline, as `relay status` shows it.")
  private String name = "";

  @Option(
      names = "--cancel",
      description =
          "Has the pipeline stay in its database, also if it has left. Only while nothing was written to the new cluster.")
  private boolean cancel;

  @Option(
      names = "--detach",
      description = "Ends when the move is requested; the relay goes on with it.")
  private boolean detach;

  @Option(names = "--json", description = "Prints the relay's answer as JSON; needs --yes.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    var plan = post("plan");
    if (!plan.isOk()) {
      System.err.println(plan.refusal());
      return 1;
    }
    if (cancel) {
      return stay(plan.json());
    }
    if (consent.isDryRun()) {
      tell(plan.json());
      return plan.json().has("difference") ? 1 : 0;
    }
    if (!MoveText.stage(plan.json()).equals("STAYS")) {
      return followThere(plan.json());
    }
    if (plan.json().path("fenced").asBoolean()) {
      // It has just arrived, or stays after all: to request the next move would be a surprise.
      tell(plan.json());
      return 0;
    }
    return begin(plan.json());
  }

  private int stay(JsonNode plan) throws Exception {
    show(plan);
    var sentence = "have pipeline %s stay in the database that it is connected to".formatted(name);
    return consent.obtain(
        sentence,
        sentence,
        () -> {
          var answer = post("cancel");
          return answer.isOk() && !detach ? followBack(answer.json()) : tellOrRefuse(answer);
        });
  }

  /** The relay writes down that the pipeline stays once it has looked at the database. */
  private int followBack(JsonNode first) throws InterruptedException {
    var looks = new AtomicInteger();
    var move =
        follow(
            first,
            seen -> !MoveText.stage(seen).equals("LEFT") || looks.getAndIncrement() == LOOKS_MAX);
    tell(move);
    return MoveText.stage(move).equals("STAYS") ? 0 : 1;
  }

  private int begin(JsonNode plan) throws Exception {
    show(plan);
    var sentence =
        "have pipeline %s leave its database once the outbox is fenced and everything is published; it then publishes nothing until it is connected to a copy"
            .formatted(name);
    return consent.obtain(
        sentence,
        sentence,
        () -> {
          var answer = post("begin");
          return answer.isOk() && !detach ? followThere(answer.json()) : tellOrRefuse(answer);
        });
  }

  private int followThere(JsonNode first) throws InterruptedException {
    var move = follow(first, MoveCommand::isOver);
    var differs = first.path("difference");
    tell(differs.isMissingNode() ? move : first);
    return differs.isMissingNode() && isWell(move) ? 0 : 1;
  }

  private JsonNode follow(JsonNode first, Predicate<JsonNode> isOver) throws InterruptedException {
    var move = first;
    var told = "";
    while (!isOver.test(move)) {
      if (MoveText.stage(move).equals("AWAITS_FENCE") && !told.equals(next(move)) && !json) {
        told = next(move);
        System.out.printf("to fence the outbox, as its owner: %s%n", told);
        System.out.flush();
      }
      StatusLine.show(MoveText.line(move), false);
      Thread.sleep(LOOK);
      move = relay.client().read(path());
    }
    StatusLine.show(MoveText.line(move), true);
    return move;
  }

  /** The relay does nothing more without somebody's word or deed. */
  private static boolean isOver(JsonNode move) {
    return switch (MoveText.stage(move)) {
      case "AWAITS_FENCE", "DRAINS", "ARRIVES" -> isStopped(move);
      default -> true;
    };
  }

  private static boolean isStopped(JsonNode move) {
    return move.path("pipelineState").asText().equals("STOPPED");
  }

  /** It has left, or has arrived and goes on. */
  private static boolean isWell(JsonNode move) {
    return MoveText.isProven(move) || (MoveText.stage(move).equals("STAYS") && !isStopped(move));
  }

  private int tellOrRefuse(Answer answer) {
    if (!answer.isOk()) {
      System.err.println(answer.refusal());
      return 1;
    }
    tell(answer.json());
    return 0;
  }

  private void tell(JsonNode move) {
    if (json) {
      System.out.println(move);
    } else {
      show(move);
      System.out.printf("next: %s%n", next(move));
    }
    System.out.flush();
  }

  private void show(JsonNode move) {
    if (!json) {
      System.out.print(relay.complete(MoveText.describe(move)));
      System.out.flush();
    }
  }

  private String next(JsonNode move) {
    return relay.complete(move.path("next").asText());
  }

  private Answer post(String action) throws InterruptedException {
    return relay.client().post(path() + "/" + action, operator.body());
  }

  private String path() {
    return "/move/" + ProgramClient.encoded(name);
  }
}
