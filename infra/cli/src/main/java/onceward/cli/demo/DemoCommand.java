package onceward.cli.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import onceward.cli.program.Range;
import onceward.cli.stack.HomeOption;
import onceward.localstack.LocalStack;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code onceward demo}: many people sign up at once, then everything is compared. */
@Command(
    name = "demo",
    description =
        "Signs up many people at once, then compares the answers with databases and topics.",
    mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {

  private static final Duration SETTLE_LIMIT = Duration.ofMinutes(2);
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private static final int PEOPLE_MAX = 1_000_000;
  private static final int CONCURRENCY_MAX = 1_000;

  /** Keeps the threads that hash passwords busy. More people only wait for each other. */
  private static final int CONCURRENCY_PER_PROCESSOR = 4;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private final HomeOption home = new HomeOption();

  @Option(
      names = "--people",
      paramLabel = "N",
      description = "How many people sign up (default ${DEFAULT-VALUE}).")
  private int people = 100;

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      description =
          "How many sign up at the same time (default ${DEFAULT-VALUE}: four for each processor). With 1, the printed times are those without load.")
  private int concurrency = CONCURRENCY_PER_PROCESSOR * Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description =
          "Generates the same people again. If they signed up before, every login id is taken.")
  private @Nullable Long seed;

  @Option(
      names = "--json",
      description = "Prints the result as JSON; progress goes to standard error.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException, JsonProcessingException {
    Range.require(spec, "--people", people, 1, PEOPLE_MAX);
    Range.require(spec, "--concurrency", concurrency, 1, CONCURRENCY_MAX);
    DemoReport report = run(seed == null ? ThreadLocalRandom.current().nextInt() : seed);
    System.out.print(json ? JSON.writeValueAsString(report) + "\n" : report.text());
    System.out.flush();
    return report.holds() ? 0 : 1;
  }

  private DemoReport run(long chosenSeed) throws InterruptedException {
    PrintStream talk = json ? System.err : System.out;
    LocalStack stack = LocalStack.attach(home.path());
    talk.println("Seed " + chosenSeed);
    StoresAgree stores = new StoresAgree(stack);
    Crowd crowd = new CrowdGenerator(chosenSeed).generate(people);
    SignUpClient client = new SignUpClient(stack.program("gateway").url(), SETTLE_LIMIT);
    long start = System.nanoTime();
    List<SignUpResult> results;
    try (Progress progress = new Progress(talk, "sign-ups", people)) {
      results = new SignUpRun(client, concurrency).run(crowd.people(), progress);
    }
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    List<Agreement> agreements = stores.check(DemoReport.active(results));
    return DemoReport.of(chosenSeed, concurrency, took, crowd, results, agreements);
  }
}
