package onceward.benchmarks.door;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import onceward.benchmarks.People;
import onceward.localstack.LocalStack;
import onceward.localstack.ProjectRoot;
import onceward.localstack.StackPorts;
import onceward.localstack.StackSettings;
import onceward.localstack.process.Trees;

/**
 * A stack of its own, with the limits that it has by default, and people who have signed up.
 * Thread-safe.
 */
final class Door implements AutoCloseable {

  private static final double MS_IN_S = 1e3;
  private static final Duration READY_WITHIN = Duration.ofMinutes(3);

  private final Path home;
  private final LocalStack stack;
  private final People people;
  private final List<Guest> guests = new ArrayList<>();

  /** Somebody with an access token. */
  record Guest(String loginId, String accessToken) {}

  private Door(Path home, LocalStack stack) {
    this.home = home;
    this.stack = stack;
    this.people = new People(gateway(stack));
  }

  /** Starts the stack, on free ports and in a directory that goes with it. */
  static Door open() {
    try {
      var home = Files.createTempDirectory("onceward-bench-");
      var door =
          new Door(
              home,
              LocalStack.start(
                  StackSettings.of(ProjectRoot.require())
                      .withHome(home)
                      .withPorts(StackPorts.free())
                      .withReadyWithin(READY_WITHIN)
                      // So that a sign-up whose answer does not come stays open through a turn.
                      .withOverride("auth-service", "auth.registration.deadline", "1h")));
      Runtime.getRuntime().addShutdownHook(new Thread(door::close, "end stack"));
      return door;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Signs up so many people, and logs them in. */
  void invite(int count) {
    for (var i = 0; i < count; i++) {
      var somebody = people.signUp();
      people.awaitActive(somebody);
      guests.add(new Guest(somebody.loginId(), people.logIn(somebody)));
    }
  }

  List<Guest> guests() {
    return guests;
  }

  /** Makes requests to the gateway. */
  People people() {
    return people;
  }

  /** The account of somebody whose sign-up stays open: no message is published any more. */
  String pendingAccount() {
    stack.program("outbox-relay").stop();
    return people.signUp().accountId();
  }

  /** What {@link #pendingAccount()} has stopped works again. */
  void publishAgain() {
    var relay = stack.program("outbox-relay");
    relay.start();
    relay.awaitReady(READY_WITHIN);
  }

  /** Where the gateway listens. */
  InetSocketAddress address() {
    return new InetSocketAddress(
        InetAddress.getLoopbackAddress(), URI.create(gateway(stack)).getPort());
  }

  /**
   * Seconds of processor time so far, by program; those of this process, with callers and
   * attackers, under {@code benchmark}.
   */
  Map<String, Double> processorSeconds() {
    var seconds = new TreeMap<String, Double>();
    for (var program : List.of("gateway", "auth-service", "user-service")) {
      seconds.put(program, seconds(stack.program(program).pid()));
    }
    seconds.put("benchmark", seconds(ProcessHandle.current().pid()));
    return seconds;
  }

  private static double seconds(long pid) {
    return ProcessHandle.of(pid)
        .flatMap(process -> process.info().totalCpuDuration())
        .map(time -> time.toMillis() / MS_IN_S)
        .orElse(0.0);
  }

  private static String gateway(LocalStack stack) {
    return stack.program("gateway").url();
  }

  @Override
  public void close() {
    stack.close();
    Trees.delete(home);
  }
}
