package onceward.cli.stack;

import java.util.HashMap;
import java.util.Map;
import onceward.localstack.ManagementPorts;
import onceward.localstack.StackPorts;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** One option for each port. */
final class PortOptions {

  private static final String PORT = "N";
  private static final StackPorts STANDARD = StackPorts.standard();

  @Option(names = "--port-gateway", paramLabel = PORT, description = "Default 8080.")
  private @Nullable Integer gateway;

  @Option(names = "--port-auth-service", paramLabel = PORT, description = "Default 8081.")
  private @Nullable Integer authService;

  @Option(names = "--port-user-service", paramLabel = PORT, description = "Default 8082.")
  private @Nullable Integer userService;

  @Option(names = "--port-outbox-relay", paramLabel = PORT, description = "Default 8083.")
  private @Nullable Integer outboxRelay;

  @Option(names = "--port-postgres", paramLabel = PORT, description = "Default 25432.")
  private @Nullable Integer postgres;

  @Option(names = "--port-kafka", paramLabel = PORT, description = "Default 29092.")
  private @Nullable Integer kafka;

  @Option(names = "--port-kafka-controller", paramLabel = PORT, description = "Default 29093.")
  private @Nullable Integer kafkaController;

  @Option(names = "--port-gateway-management", paramLabel = PORT, description = "Default 9080.")
  private @Nullable Integer gatewayManagement;

  @Option(
      names = "--port-auth-service-management",
      paramLabel = PORT,
      description = "Default 9081.")
  private @Nullable Integer authServiceManagement;

  @Option(
      names = "--port-user-service-management",
      paramLabel = PORT,
      description = "Default 9082.")
  private @Nullable Integer userServiceManagement;

  @Option(
      names = "--port-outbox-relay-management",
      paramLabel = PORT,
      description = "Default 9083.")
  private @Nullable Integer outboxRelayManagement;

  @Option(names = "--free-ports", description = "Chooses a free port wherever no port is given.")
  private boolean free;

  /** The ports of a stack that is started. */
  StackPorts ports() {
    StackPorts others = free ? StackPorts.free() : STANDARD;
    return new StackPorts(
        either(gateway, others.gateway()),
        either(authService, others.authService()),
        either(userService, others.userService()),
        either(outboxRelay, others.outboxRelay()),
        either(postgres, others.postgres()),
        either(kafka, others.kafka()),
        either(kafkaController, others.kafkaController()),
        management(others.management()));
  }

  private ManagementPorts management(ManagementPorts others) {
    return new ManagementPorts(
        either(gatewayManagement, others.gateway()),
        either(authServiceManagement, others.authService()),
        either(userServiceManagement, others.userService()),
        either(outboxRelayManagement, others.outboxRelay()));
  }

  /** The ports that were given, by owner. */
  Map<String, Integer> given() {
    Map<String, Integer> given = new HashMap<>();
    put(given, "gateway", gateway);
    put(given, "auth-service", authService);
    put(given, "user-service", userService);
    put(given, "outbox-relay", outboxRelay);
    put(given, "postgres", postgres);
    put(given, "kafka", kafka);
    put(given, "kafka-controller", kafkaController);
    put(given, "gateway-management", gatewayManagement);
    put(given, "auth-service-management", authServiceManagement);
    put(given, "user-service-management", userServiceManagement);
    put(given, "outbox-relay-management", outboxRelayManagement);
    return given;
  }

  private static int either(@Nullable Integer given, int other) {
    return given == null ? other : given;
  }

  private static void put(Map<String, Integer> given, String owner, @Nullable Integer port) {
    if (port != null) {
      given.put(owner, port);
    }
  }
}
