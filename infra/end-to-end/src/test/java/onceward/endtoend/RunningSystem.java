package onceward.endtoend;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import onceward.localstack.LocalStack;
import onceward.localstack.ManagementPorts;
import onceward.localstack.Program;
import onceward.localstack.StackPorts;
import onceward.localstack.StackSettings;
import onceward.localstack.fault.Proxy;
import onceward.localstack.process.Ports;
import org.jspecify.annotations.Nullable;

/**
 * The one stack that all tests of this JVM share: started at first use on free ports, ended with
 * the JVM. auth-service's pipeline reaches PostgreSQL through a proxy, so that a test can hold up
 * the relay's confirmations.
 */
final class RunningSystem {

  /** Long enough for a program to be killed and started anew within it, on a busy machine too. */
  static final Duration DEADLINE = Duration.ofMinutes(5);

  private static final Duration READY_WITHIN = Duration.ofMinutes(3);

  /**
   * Settings of programs, separated by commas, each as {@code up --set} takes it: {@code
   * PROGRAM:NAME=VALUE}. For runs that a maintainer starts.
   */
  private static final String SETTINGS = System.getProperty("end-to-end.settings", "");

  private RunningSystem() {}

  /** Fails each test that needs the stack with the sentence that says why there is none. */
  static LocalStack stack() {
    if (Started.FAILURE != null) {
      throw new IllegalStateException(Started.FAILURE.getMessage(), Started.FAILURE);
    }
    return requireNonNull(Started.STACK);
  }

  static Program program(String name) {
    return stack().program(name);
  }

  static Databases databases() {
    return new Databases(stack().postgres());
  }

  static Topics topics() {
    return new Topics(stack().kafka().adminProperties());
  }

  static Client client() {
    return new Client(program("gateway").url());
  }

  /** Between the relay's pipeline for auth-service and PostgreSQL. */
  static Proxy relayToPostgres() {
    stack();
    return requireNonNull(Started.PROXY);
  }

  /** Starts a program that was killed, and waits until it is ready. */
  static void restart(String name) {
    var program = program(name);
    program.start();
    program.awaitReady(READY_WITHIN);
  }

  private static final class Started {

    static final @Nullable Proxy PROXY;
    static final @Nullable LocalStack STACK;
    static final @Nullable RuntimeException FAILURE;

    static {
      Proxy proxy = null;
      LocalStack stack = null;
      RuntimeException failure = null;
      try {
        var postgresPort = Ports.free();
        proxy = Proxy.to(postgresPort);
        stack = start(postgresPort, proxy);
        Runtime.getRuntime().addShutdownHook(new Thread(stack::close, "stop the stack"));
      } catch (RuntimeException e) {
        failure = e;
      }
      PROXY = proxy;
      STACK = stack;
      FAILURE = failure;
    }

    private static LocalStack start(int postgresPort, Proxy proxy) {
      return LocalStack.start(
          with(
              SETTINGS,
              StackSettings.of(Path.of(System.getProperty("onceward.root", "../..")))
                  .withHome(home())
                  .withReadyWithin(READY_WITHIN)
                  .withPorts(new StackPorts(0, 0, 0, 0, postgresPort, 0, 0, ManagementPorts.free()))
                  .withOverride(
                      "auth-service", "auth.registration.deadline", DEADLINE.toSeconds() + "s")
                  .withOverride("outbox-relay", "relay.pipelines.auth.port", "" + proxy.port())));
    }

    private static StackSettings with(String settings, StackSettings stack) {
      var all = stack;
      for (var setting : settings.isEmpty() ? new String[0] : settings.split(",", -1)) {
        var parts = setting.split("[:=]", 3);
        all = all.withOverride(parts[0], parts[1], parts[2]);
      }
      return all;
    }

    private static Path home() {
      try {
        return Files.createDirectories(Path.of("target", "stack-" + ProcessHandle.current().pid()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
