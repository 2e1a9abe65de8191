package onceward.cli.stack;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import onceward.localstack.Healed;
import onceward.localstack.LocalStack;
import onceward.localstack.ProjectRoot;
import onceward.localstack.StackChange;
import onceward.localstack.StackSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code onceward up}: starts everything and, unless detached, stays to stop it. Of a stack that
 * was started before and not stopped, it starts again what has ended, all of it if need be, and has
 * programs go on with the settings that are given. When all runs and is ready it does nothing.
 */
@Command(
    name = "up",
    description =
        "Starts PostgreSQL, Kafka and the programs. In a running stack, starts again what has ended.",
    mixinStandardHelpOptions = true)
public final class UpCommand implements Callable<Integer> {

  private static final double NANOS = 1e9;
  private static final Duration READY_WITHIN = Duration.ofSeconds(90);

  @Mixin private final HomeOption home = new HomeOption();
  @Mixin private final PortOptions ports = new PortOptions();

  @Option(
      names = "--detach",
      description = "Returns when everything is ready, and leaves the stack running.")
  private boolean detach;

  @Option(names = "--fresh", description = "Deletes data and logs first.")
  private boolean fresh;

  @Option(
      names = "--set",
      paramLabel = "PROGRAM:PROPERTY=VALUE",
      converter = Setting.Reader.class,
      description = {
        "Sets a property of a program, such as auth-service:auth.registration.deadline=3s.",
        "The value holds until `down`. A program that runs with another value is restarted."
      })
  private List<Setting> settings = List.of();

  @Option(
      names = "--on-timeline",
      paramLabel = "N",
      description =
          "Starts a PostgreSQL server that a promoted standby has replaced: it is on timeline N, and what only the later server has is given up.")
  private @Nullable Integer onTimeline;

  @Override
  public Integer call() {
    Optional<Healed> healed =
        // A stack that is to lose its data is none to heal.
        fresh
            ? Optional.empty()
            : LocalStack.heal(home.path(), change(), READY_WITHIN, UpCommand::say);
    return healed.map(this::report).orElseGet(this::start);
  }

  private int report(Healed healed) {
    System.out.println(sentence(healed));
    LocalStack stack = LocalStack.attach(home.path(), UpCommand::say);
    if (healed.left() && !detach) {
      Foreground foreground = new Foreground(stack);
      stack.attend();
      System.out.println(Welcome.stopIt(stack, false));
      return foreground.stay();
    }
    return 0;
  }

  private static String sentence(Healed healed) {
    if (healed.isUntouched()) {
      return "Everything runs already, and is ready.";
    }
    return healed.changed().isEmpty()
        ? "Everything is ready again, with the same data, ports and settings."
        : "Everything is ready, with new settings for %s."
            .formatted(String.join(", ", healed.changed()));
  }

  private int start() {
    long start = System.nanoTime();
    LocalStack stack = LocalStack.start(stackSettings());
    Optional<Foreground> foreground =
        detach ? Optional.empty() : Optional.of(new Foreground(stack));
    System.out.printf(
        Locale.ROOT, "Everything is ready in %.1f s.%n", (System.nanoTime() - start) / NANOS);
    new Welcome(stack).print(detach);
    if (detach) {
      stack.detach();
    }
    return foreground.map(Foreground::stay).orElse(0);
  }

  private StackChange change() {
    Map<String, Map<String, String>> wanted = new HashMap<>();
    for (Setting setting : settings) {
      wanted
          .computeIfAbsent(setting.program(), program -> new HashMap<>())
          .put(setting.property(), setting.value());
    }
    return new StackChange(wanted, ports.given(), givenTimeline());
  }

  private OptionalInt givenTimeline() {
    return onTimeline == null ? OptionalInt.empty() : OptionalInt.of(onTimeline);
  }

  private StackSettings stackSettings() {
    StackSettings all =
        StackSettings.of(ProjectRoot.require())
            .withHome(home.path())
            .withPorts(ports.ports())
            .withFresh(fresh)
            .withReadyWithin(READY_WITHIN)
            .withOnTimeline(givenTimeline())
            .withProgress(UpCommand::say);
    for (Setting setting : settings) {
      all = all.withOverride(setting.program(), setting.property(), setting.value());
    }
    return all;
  }

  private static void say(String line) {
    System.out.println("  " + line);
    System.out.flush();
  }
}
