package onceward.messaging.start;

import io.micronaut.core.convert.ConversionService;
import io.micronaut.core.value.PropertyResolver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import onceward.messaging.kafka.KafkaConnection;

/**
 * The values that one property may have. The framework replaces a value that it cannot convert by
 * the default, so values are checked as text before that. Immutable and thread-safe.
 *
 * @param required whether there is no default
 * @param refusal why a value is not allowed; empty when it is
 */
public record Setting(
    String property, boolean required, String allowed, Function<String, Optional<String>> refusal) {

  private static final Predicate<String> ADDRESS =
      Pattern.compile("https?://[^\\s/?#:@]+(:\\d{1,5})?/?").asMatchPredicate();
  private static final Predicate<String> BROKERS =
      Pattern.compile("[^\\s:,]+:\\d{1,5}(,[^\\s:,]+:\\d{1,5})*").asMatchPredicate();

  /** A text that must be there. */
  public static Setting text(String property, String allowed) {
    return matching(property, allowed, value -> true);
  }

  /** The address of an HTTP server. */
  public static Setting address(String property) {
    return matching(property, "http(s)://host:port without a path", ADDRESS);
  }

  /** Addresses of Kafka brokers. */
  public static Setting brokers(String property) {
    return matching(property, "host:port, several separated by commas", BROKERS);
  }

  /** A file that says how Kafka lets the service in; none by default. */
  public static Setting clientProperties(String property) {
    return new Setting(
        property,
        false,
        "a file of Kafka client properties",
        file -> KafkaConnection.fault(Path.of(file)).map(why -> property + ": " + why));
  }

  /** A text that must be there and that the rule accepts. */
  public static Setting matching(String property, String allowed, Predicate<String> rule) {
    return new Setting(property, true, allowed, value -> refused(property, value, allowed, rule));
  }

  /** A text with a default that the rule accepts. */
  public static Setting optional(String property, String allowed, Predicate<String> rule) {
    return new Setting(property, false, allowed, value -> refused(property, value, allowed, rule));
  }

  /** A whole number with a default, between bounds that are allowed themselves. */
  public static Setting optionalNumber(String property, int least, int most) {
    return optional(
        property,
        "a whole number, %d to %d".formatted(least, most),
        value -> is(value, Integer.class, number -> number >= least && number <= most));
  }

  /** A share with a default, above 0 up to 1. */
  public static Setting optionalShare(String property) {
    return optional(
        property,
        "a share, above 0 up to 1",
        value -> is(value, Double.class, share -> share > 0 && share <= 1));
  }

  /**
   * A duration with a default, between bounds that are allowed themselves.
   *
   * @param least as users write it, e.g. {@code 100ms}
   * @param most likewise
   */
  public static Setting optionalDuration(String property, String least, String most) {
    var shortest = ConversionService.SHARED.convertRequired(least, Duration.class);
    var longest = ConversionService.SHARED.convertRequired(most, Duration.class);
    return optional(
        property,
        "a duration, %s to %s".formatted(least, most),
        value ->
            is(
                value,
                Duration.class,
                duration -> duration.compareTo(shortest) >= 0 && duration.compareTo(longest) <= 0));
  }

  /** One line that names property, value and what is allowed; empty when all is well. */
  public Optional<String> fault(PropertyResolver properties) {
    var value = properties.getProperty(property, String.class);
    if (value.isEmpty() || (required && value.get().isBlank())) {
      return required ? Optional.of(missing()) : Optional.empty();
    }
    return refusal.apply(value.get());
  }

  private String missing() {
    return "%s is missing: set it to %s, in a file that MICRONAUT_CONFIG_FILES names or as -%s=…"
        .formatted(property, allowed, property);
  }

  private static Optional<String> refused(
      String property, String value, String allowed, Predicate<String> rule) {
    return rule.test(value)
        ? Optional.empty()
        : Optional.of(
            "%s is '%s'; allowed: %s".formatted(property, value.replaceAll("\\R", " "), allowed));
  }

  private static <T> boolean is(String value, Class<T> type, Predicate<T> rule) {
    return ConversionService.SHARED.convert(value, type).filter(rule).isPresent();
  }
}
