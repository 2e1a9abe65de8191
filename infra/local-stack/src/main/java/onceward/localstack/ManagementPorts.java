package onceward.localstack;

import java.util.LinkedHashMap;
import java.util.Map;
import onceward.localstack.process.Ports;

/** The TCP ports of the programs for operators, all on 127.0.0.1; 0 stands for any free one. */
public record ManagementPorts(int gateway, int authService, int userService, int outboxRelay) {

  /** The end of the name of a port's owner, behind the program's name. */
  static final String SUFFIX = "-management";

  /** The ports that the documentation names. */
  public static ManagementPorts standard() {
    return new ManagementPorts(9080, 9081, 9082, 9083);
  }

  /** Any free ones, for tests. */
  public static ManagementPorts free() {
    return new ManagementPorts(0, 0, 0, 0);
  }

  ManagementPorts chosen() {
    return new ManagementPorts(
        Ports.orFree(gateway),
        Ports.orFree(authService),
        Ports.orFree(userService),
        Ports.orFree(outboxRelay));
  }

  int of(ProgramName program) {
    return switch (program) {
      case AUTH_SERVICE -> authService;
      case USER_SERVICE -> userService;
      case OUTBOX_RELAY -> outboxRelay;
      case GATEWAY -> gateway;
    };
  }

  Map<String, Integer> byOwner() {
    Map<String, Integer> ports = new LinkedHashMap<>();
    ports.put("gateway" + SUFFIX, gateway);
    ports.put("auth-service" + SUFFIX, authService);
    ports.put("user-service" + SUFFIX, userService);
    ports.put("outbox-relay" + SUFFIX, outboxRelay);
    return ports;
  }
}
