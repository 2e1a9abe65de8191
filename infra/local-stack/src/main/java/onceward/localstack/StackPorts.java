package onceward.localstack;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import onceward.localstack.process.Ports;
import onceward.localstack.process.StackException;
import onceward.localstack.process.Waiting;

/** The TCP ports of the stack, all on 127.0.0.1; 0 stands for any free one. */
public record StackPorts(
    int gateway,
    int authService,
    int userService,
    int outboxRelay,
    int postgres,
    int kafka,
    int kafkaController,
    ManagementPorts management) {

  public StackPorts {
    // A record of an older version has none.
    management = management == null ? ManagementPorts.free() : management;
  }

  private static final Duration POLL = Duration.ofMillis(50);

  /** The ports that the documentation names. */
  public static StackPorts standard() {
    return new StackPorts(8080, 8081, 8082, 8083, 25432, 29092, 29093, ManagementPorts.standard());
  }

  /** Any free ones, for tests. */
  public static StackPorts free() {
    return new StackPorts(0, 0, 0, 0, 0, 0, 0, ManagementPorts.free());
  }

  StackPorts chosen() {
    return new StackPorts(
        Ports.orFree(gateway),
        Ports.orFree(authService),
        Ports.orFree(userService),
        Ports.orFree(outboxRelay),
        Ports.orFree(postgres),
        Ports.orFree(kafka),
        Ports.orFree(kafkaController),
        management.chosen());
  }

  int of(ProgramName program) {
    return switch (program) {
      case AUTH_SERVICE -> authService;
      case USER_SERVICE -> userService;
      case OUTBOX_RELAY -> outboxRelay;
      case GATEWAY -> gateway;
    };
  }

  /**
   * Fails when another process has the port of one of these owners.
   *
   * @param patience how long to wait for a port: a process that was killed a moment ago keeps its
   *     ports until its last thread has ended
   */
  void requireFree(Collection<String> owners, Duration patience) {
    byOwner().entrySet().stream()
        .filter(port -> owners.contains(port.getKey()))
        .forEach(port -> requireFree(port.getKey(), port.getValue(), patience));
  }

  private static void requireFree(String owner, int port, Duration patience) {
    if (!Waiting.until(() -> Ports.isFree(port), patience, POLL)) {
      throw new StackException(
          "Port %d, wanted by %s, is taken by another process: end that process or choose another port with --port-%s (0 for any free one)."
              .formatted(port, owner, owner));
    }
  }

  /**
   * The options of ports that the system also gives to outgoing connections, so that another
   * program may have them when the stack needs them.
   */
  List<String> amongOutgoing() {
    return byOwner().entrySet().stream()
        .filter(port -> Ports.isForOutgoing(port.getValue()))
        .map(port -> "--port-%s %d".formatted(port.getKey(), port.getValue()))
        .toList();
  }

  /** The ports by owner; the owner is also the end of the option for the port. */
  public Map<String, Integer> byOwner() {
    Map<String, Integer> ports = new LinkedHashMap<>();
    ports.put("gateway", gateway);
    ports.put("auth-service", authService);
    ports.put("user-service", userService);
    ports.put("outbox-relay", outboxRelay);
    ports.put("postgres", postgres);
    ports.put("kafka", kafka);
    ports.put("kafka-controller", kafkaController);
    ports.putAll(management.byOwner());
    return ports;
  }
}
