package onceward.benchmarks.door;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import onceward.benchmarks.People;
import onceward.benchmarks.WholeSystem;

/**
 * A stack of its own, with the limits that it has by default, and people who have signed up.
 * Thread-safe.
 */
final class Door implements AutoCloseable {

  private final WholeSystem system;
  private final People people;
  private final List<Guest> guests = new ArrayList<>();

  /** Somebody with an access token. */
  record Guest(String loginId, String accessToken) {}

  private Door(WholeSystem system) {
    this.system = system;
    this.people = new People(system.gateway());
  }

  /** Starts the stack. */
  static Door open() throws IOException {
    // So that a sign-up whose answer does not come stays open through a turn.
    return new Door(
        WholeSystem.start(
            settings -> settings.withOverride("auth-service", "auth.registration.deadline", "1h")));
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
    system.stack().program("outbox-relay").stop();
    return people.signUp().accountId();
  }

  /** What {@link #pendingAccount()} has stopped works again. */
  void publishAgain() {
    var relay = system.stack().program("outbox-relay");
    relay.start();
    relay.awaitReady(WholeSystem.READY_WITHIN);
  }

  /** Where the gateway listens. */
  InetSocketAddress address() {
    return new InetSocketAddress(
        InetAddress.getLoopbackAddress(), URI.create(system.gateway()).getPort());
  }

  /**
   * Seconds of processor time so far, by program; those of this process, with callers and
   * attackers, under {@code benchmark}.
   */
  Map<String, Double> processorSeconds() {
    var seconds = new TreeMap<String, Double>();
    for (var program : List.of("gateway", "auth-service", "user-service")) {
      seconds.put(program, system.processorSeconds(program));
    }
    seconds.put("benchmark", WholeSystem.processorSeconds(ProcessHandle.current().pid()));
    return seconds;
  }

  @Override
  public void close() {
    system.close();
  }
}
