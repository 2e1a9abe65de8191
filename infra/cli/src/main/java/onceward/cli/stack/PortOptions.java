package onceward.cli.stack;

import onceward.localstack.StackPorts;
import picocli.CommandLine.Option;

/** One option for each port. */
final class PortOptions {

  private static final String PORT = "N";

  @Option(names = "--port-gateway", paramLabel = PORT, description = "Default ${DEFAULT-VALUE}.")
  private int gateway = StackPorts.standard().gateway();

  @Option(
      names = "--port-auth-service",
      paramLabel = PORT,
      description = "Default ${DEFAULT-VALUE}.")
  private int authService = StackPorts.standard().authService();

  @Option(
      names = "--port-user-service",
      paramLabel = PORT,
      description = "Default ${DEFAULT-VALUE}.")
  private int userService = StackPorts.standard().userService();

  @Option(
      names = "--port-outbox-relay",
      paramLabel = PORT,
      description = "Default ${DEFAULT-VALUE}.")
  private int outboxRelay = StackPorts.standard().outboxRelay();

  @Option(names = "--port-postgres", paramLabel = PORT, description = "Default ${DEFAULT-VALUE}.")
  private int postgres = StackPorts.standard().postgres();

  @Option(names = "--port-kafka", paramLabel = PORT, description = "Default ${DEFAULT-VALUE}.")
  private int kafka = StackPorts.standard().kafka();

  @Option(
      names = "--port-kafka-controller",
      paramLabel = PORT,
      description = "Default ${DEFAULT-VALUE}.")
  private int kafkaController = StackPorts.standard().kafkaController();

  @Option(names = "--free-ports", description = "Any free port for everything.")
  private boolean free;

  StackPorts ports() {
    return free
        ? StackPorts.free()
        : new StackPorts(
            gateway, authService, userService, outboxRelay, postgres, kafka, kafkaController);
  }
}
