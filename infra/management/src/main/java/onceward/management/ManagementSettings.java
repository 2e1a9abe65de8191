package onceward.management;

import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.core.value.PropertyResolver;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where the management port is, and by which names it may be called. Immutable.
 *
 * @param host the address to which it is bound
 * @param port 0 for any free one
 * @param allowedHosts names by which it may be called, besides those of the machine itself
 */
public record ManagementSettings(String host, int port, Set<String> allowedHosts) {

  static final String HOST = "management.host";
  static final String PORT = "management.port";
  static final String ALLOWED_HOSTS = "management.allowed-hosts";
  static final String ALONE = "management.alone";

  /** What the port is above the public one unless it is set. */
  static final int PORT_DISTANCE = 1_000;

  private static final String LOOPBACK = "127.0.0.1";
  private static final String OF_FRAMEWORK = "endpoints.all.port";
  private static final int PUBLIC_PORT = 8_080;
  private static final int PORT_MAX = 65_535;
  private static final Pattern NAMES =
      Pattern.compile("[A-Za-z0-9._-]+(\\s*,\\s*[A-Za-z0-9._-]+)*");

  /**
   * One line for the first setting of the management port that is not allowed, or whose file cannot
   * be used; empty if all is well. For programs that check their settings before any bean exists.
   */
  public static Optional<String> firstFault(PropertyResolver properties) {
    try {
      of(
          properties,
          properties.getProperty("micronaut.server.port", Integer.class).orElse(PUBLIC_PORT));
    } catch (ConfigurationException fault) {
      return Optional.of(String.valueOf(fault.getMessage()));
    }
    return Tokens.fault(properties);
  }

  /**
   * Whether the program has no port for users, as its own settings say: what operators alone use
   * needs one port.
   */
  static boolean isAlone(PropertyResolver properties) {
    return properties.getProperty(ALONE, Boolean.class).orElse(false);
  }

  /**
   * The settings.
   *
   * @param publicPort the port of the program's users; 0 or less for any free one
   * @throws ConfigurationException if one is not allowed
   */
  static ManagementSettings of(PropertyResolver properties, int publicPort) {
    if (properties.containsProperty(OF_FRAMEWORK)) {
      throw new ConfigurationException(
          "%s is set; remove it and set %s: management endpoints are never on another port"
              .formatted(OF_FRAMEWORK, PORT));
    }
    return new ManagementSettings(
        host(properties), port(properties, publicPort), names(properties));
  }

  private static String host(PropertyResolver properties) {
    var host = properties.getProperty(HOST, String.class).orElse(LOOPBACK);
    try {
      if (host.isBlank()) {
        throw new UnknownHostException();
      }
      InetAddress.getByName(host);
      return host;
    } catch (UnknownHostException unknown) {
      throw refused(
          HOST, host, "an address or a name of this machine, such as 127.0.0.1 or 0.0.0.0");
    }
  }

  private static int port(PropertyResolver properties, int publicPort) {
    var given = properties.getProperty(PORT, String.class);
    if (given.isEmpty()) {
      return byDefault(publicPort);
    }
    var allowed = "0 to %d, 0 for any free port".formatted(PORT_MAX);
    int port = number(given.get()).orElseThrow(() -> refused(PORT, given.get(), allowed));
    if (port != 0 && port == publicPort) {
      throw refused(PORT, given.get(), "a port other than micronaut.server.port");
    }
    return port;
  }

  private static int byDefault(int publicPort) {
    if (publicPort <= 0) {
      return 0;
    }
    if (publicPort + PORT_DISTANCE > PORT_MAX) {
      throw new ConfigurationException(
          "%s is not set, and the public port %d plus %d is no port: set it"
              .formatted(PORT, publicPort, PORT_DISTANCE));
    }
    return publicPort + PORT_DISTANCE;
  }

  private static Optional<Integer> number(String text) {
    return text.matches("\\d{1,5}") && Integer.parseInt(text) <= PORT_MAX
        ? Optional.of(Integer.parseInt(text))
        : Optional.empty();
  }

  private static Set<String> names(PropertyResolver properties) {
    var given = properties.getProperty(ALLOWED_HOSTS, String.class).orElse("").strip();
    if (given.isEmpty()) {
      return Set.of();
    }
    if (!NAMES.matcher(given).matches()) {
      throw refused(
          ALLOWED_HOSTS,
          given,
          "names without a port, such as relay.internal, separated by commas");
    }
    return Arrays.stream(given.toLowerCase(Locale.ROOT).split("\\s*,\\s*"))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static ConfigurationException refused(String property, String value, String allowed) {
    return new ConfigurationException(
        "%s is '%s'; allowed: %s".formatted(property, value.replaceAll("\\R", " "), allowed));
  }
}
