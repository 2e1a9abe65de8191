package onceward.gateway;

import io.micronaut.core.value.PropertyResolver;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import onceward.management.ManagementSettings;

/** The settings without a default, and the limits. Checked before anything starts. */
final class Settings {

  private static final List<Limit> LIMITS =
      List.of(
          Limit.number("gateway.connections.max", 1, 1_000_000),
          Limit.number("gateway.connections.per-address-max", 1, 1_000_000),
          Limit.number("gateway.connections.pipelined-max", 1, 10_000),
          Limit.time("gateway.connections.header-time-max", "100ms", "5m"),
          Limit.time("gateway.connections.body-time-max", "100ms", "5m"),
          Limit.time("gateway.connections.answer-time-max", "100ms", "5m"),
          Limit.number("gateway.upstreams.calls-max", 1, 10_000),
          Limit.number("gateway.upstreams.passwords-max", 1, 10_000),
          Limit.number("gateway.upstreams.passwords-per-address-max", 1, 10_000),
          Limit.number("gateway.upstreams.waits-max", 1, 10_000),
          Limit.number("gateway.upstreams.waits-per-address-max", 1, 10_000),
          Limit.time("gateway.upstreams.answer-time-max", "100ms", "40s"),
          Limit.time("gateway.upstreams.wait-time-max", "31s", "40s"),
          Limit.number("gateway.rates.per-address-per-second-max", 1, 1_000_000),
          Limit.number("gateway.rates.per-address-burst-max", 1, 1_000_000),
          Limit.number("gateway.rates.per-account-per-second-max", 1, 1_000_000),
          Limit.number("gateway.rates.per-account-burst-max", 1, 1_000_000),
          new Limit(
              "gateway.cors.allowed-origins",
              "origins such as https://app.example, separated by commas",
              value -> value.matches("https?://[^\\s/,*]+(,https?://[^\\s/,*]+)*")),
          Limit.time("http.strict-transport-security-max-age", "0s", "1000d"),
          new Limit(
              "micronaut.server.http-version",
              "1.1: the gateway checks requests by the rules of that version",
              value -> value.equals("1.1") || value.equals("HTTP_1_1")));

  private static final String SOURCE = "in a properties file named by MICRONAUT_CONFIG_FILES";

  private Settings() {}

  /** One line for the first setting that is missing or makes no sense; empty if all is well. */
  static Optional<String> firstFault(PropertyResolver properties) {
    return Stream.of(
            addressFault(properties, "auth-service.url"),
            addressFault(properties, "user-service.url"),
            fault(properties, "auth.issuer", "the issuer named in access tokens"))
        .flatMap(Optional::stream)
        .findFirst()
        .or(() -> LIMITS.stream().flatMap(limit -> limit.fault(properties).stream()).findFirst())
        .or(() -> ManagementSettings.firstFault(properties));
  }

  private static Optional<String> addressFault(PropertyResolver properties, String name) {
    Optional<String> missing = fault(properties, name, "an address like http://127.0.0.1:8081");
    return missing.isPresent()
        ? missing
        : properties
            .getProperty(name, String.class)
            .filter(value -> !isAddress(value))
            .map(value -> name + " is '" + value + "'; it must be http(s)://host:port, no path");
  }

  private static Optional<String> fault(PropertyResolver properties, String name, String wanted) {
    return properties.getProperty(name, String.class).filter(value -> !value.isBlank()).isPresent()
        ? Optional.empty()
        : Optional.of(name + " is not set; give " + wanted + " " + SOURCE);
  }

  private static boolean isAddress(String value) {
    try {
      URI uri = URI.create(value);
      return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && uri.getHost() != null
          && (uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"));
    } catch (IllegalArgumentException noUri) {
      return false;
    }
  }
}
