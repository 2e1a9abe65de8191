package onceward.gateway;

import io.micronaut.core.value.PropertyResolver;
import java.net.URI;
import java.util.Optional;
import java.util.stream.Stream;

/** The settings without a default. Checked before anything starts. */
final class Settings {
  private static final String SOURCE = "in a properties file named by MICRONAUT_CONFIG_FILES";

  private Settings() {}

  /** One line for the first setting that is missing or makes no sense; empty if all is well. */
  static Optional<String> firstFault(PropertyResolver properties) {
    return Stream.of(
            addressFault(properties, "auth-service.url"),
            addressFault(properties, "user-service.url"),
            fault(properties, "auth.issuer", "the issuer named in access tokens"))
        .flatMap(Optional::stream)
        .findFirst();
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
