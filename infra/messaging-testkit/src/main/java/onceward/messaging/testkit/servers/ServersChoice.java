package onceward.messaging.testkit.servers;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/** The kinds of servers there are, and which of them was asked for. */
enum ServersChoice {
  /** Processes of this machine, from binaries on the class path. */
  EMBEDDED {
    @Override
    Servers start() {
      return EmbeddedServers.start();
    }
  },

  /** Containers. Nothing of Testcontainers is loaded before this one starts: it may be missing. */
  TESTCONTAINERS {
    @Override
    Servers start() {
      try {
        return ContainerServers.start();
      } catch (NoClassDefFoundError missing) {
        throw new IllegalStateException(
            PROPERTY
                + " is 'testcontainers', but Testcontainers is not on the class path: add"
                + " org.testcontainers:testcontainers and org.testcontainers:testcontainers-kafka in test scope,"
                + " or leave the property out",
            missing);
      }
    }
  };

  static final String PROPERTY = "messaging.testkit.servers";
  private static final String VARIABLE = "MESSAGING_TESTKIT_SERVERS";

  abstract Servers start();

  static ServersChoice configured() {
    return configured(System.getProperties(), System.getenv());
  }

  static ServersChoice configured(Properties properties, Map<String, String> environment) {
    var variable = environment.getOrDefault(VARIABLE, EMBEDDED.toString());
    var name = properties.getProperty(PROPERTY, variable);
    return Arrays.stream(values())
        .filter(choice -> choice.toString().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(unknown(name)));
  }

  private static String unknown(String name) {
    return "%s (or %s) is '%s'; allowed: %s"
        .formatted(
            PROPERTY,
            VARIABLE,
            name.replaceAll("\\R", " "),
            Arrays.stream(values()).map(Object::toString).collect(Collectors.joining(", ")));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
