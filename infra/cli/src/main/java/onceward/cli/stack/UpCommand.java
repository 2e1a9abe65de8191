package onceward.cli.stack;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import onceward.localstack.LocalStack;
import onceward.localstack.StackSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code onceward up}: starts everything and, unless detached, stays to stop it. Of a stack that
 * runs already, it starts again what has ended.
 */
@Command(
    name = "up",
    description = "Starts PostgreSQL, Kafka and the programs; of a running stack, what has ended.",
    mixinStandardHelpOptions = true)
public final class UpCommand implements Callable<Integer> {

  private static final double NANOS = 1e9;
  private static final Duration READY_WITHIN = Duration.ofSeconds(90);

  @Mixin private final HomeOption home = new HomeOption();
  @Mixin private final PortOptions ports = new PortOptions();

  @Option(names = "--detach", description = "Return when everything is ready and leave it running.")
  private boolean detach;

  @Option(names = "--fresh", description = "Delete data and logs first.")
  private boolean fresh;

  @Option(
      names = "--set",
      paramLabel = "PROGRAM:PROPERTY=VALUE",
      converter = Setting.Reader.class,
      description = "A property of a program, such as auth-service:auth.registration.deadline=3s.")
  private List<Setting> settings = List.of();

  @Override
  public Integer call() {
    return healed() ? 0 : start();
  }

  /** A stack that is to lose its data is none to heal. */
  private boolean healed() {
    if (fresh || LocalStack.heal(home.path(), READY_WITHIN, UpCommand::say).isEmpty()) {
      return false;
    }
    System.out.println("All ready again, with the data, ports and settings it had.");
    return true;
  }

  private int start() {
    long start = System.nanoTime();
    LocalStack stack = LocalStack.start(stackSettings());
    System.out.printf(Locale.ROOT, "All ready in %.1f s.%n", (System.nanoTime() - start) / NANOS);
    new Welcome(stack).print(detach);
    if (detach) {
      stack.detach();
      return 0;
    }
    return new Foreground(stack).stay();
  }

  private StackSettings stackSettings() {
    StackSettings all =
        StackSettings.of(ProjectRoot.find())
            .withHome(home.path())
            .withPorts(ports.ports())
            .withFresh(fresh)
            .withReadyWithin(READY_WITHIN)
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
