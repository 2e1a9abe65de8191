package onceward.localstack;

import java.util.LinkedHashMap;
import java.util.Map;
import onceward.localstack.process.Ports;
import onceward.localstack.process.StackException;

/** The TCP ports of the stack, all on 127.0.0.1; 0 stands for any free one. */
public record StackPorts(
    int gateway,
    int authService,
    int userService,
    int outboxRelay,
    int postgres,
    int kafka,
    int kafkaController) {

  /** Those a user finds in the documentation. */
  public static StackPorts standard() {
    return new StackPorts(8080, 8081, 8082, 8083, 25432, 29092, 29093);
  }

  /** Any free ones, for tests. */
  public static StackPorts free() {
    return new StackPorts(0, 0, 0, 0, 0, 0, 0);
  }

  StackPorts chosen() {
    return new StackPorts(
        Ports.orFree(gateway),
        Ports.orFree(authService),
        Ports.orFree(userService),
        Ports.orFree(outboxRelay),
        Ports.orFree(postgres),
        Ports.orFree(kafka),
        Ports.orFree(kafkaController));
  }

  int of(ProgramName program) {
    return switch (program) {
      case AUTH_SERVICE -> authService;
      case USER_SERVICE -> userService;
      case OUTBOX_RELAY -> outboxRelay;
      case GATEWAY -> gateway;
    };
  }

  void requireFree() {
    byOwner().forEach(StackPorts::requireFree);
  }

  private static void requireFree(String owner, int port) {
    if (!Ports.isFree(port)) {
      throw new StackException(
          "Port %d, wanted by %s, is taken by another process: end that process or choose another port with --port-%s (0 for any free one)."
              .formatted(port, owner, owner));
    }
  }

  private Map<String, Integer> byOwner() {
    Map<String, Integer> ports = new LinkedHashMap<>();
    ports.put("gateway", gateway);
    ports.put("auth-service", authService);
    ports.put("user-service", userService);
    ports.put("outbox-relay", outboxRelay);
    ports.put("postgres", postgres);
    ports.put("kafka", kafka);
    ports.put("kafka-controller", kafkaController);
    return ports;
  }
}
