package onceward.gateway;

import io.micronaut.core.convert.ConversionService;
import io.micronaut.core.value.PropertyResolver;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A setting with a default, and what it may be. The framework replaces a value that it cannot
 * convert by the default, so values are checked as text before that.
 */
record Limit(String property, String allowed, Predicate<String> rule) {

  /** A whole number between two bounds, which are allowed themselves. */
  static Limit number(String property, int least, int most) {
    return new Limit(
        property,
        "a whole number, %d to %d".formatted(least, most),
        value ->
            ConversionService.SHARED
                .convert(value, Integer.class)
                .filter(number -> number >= least && number <= most)
                .isPresent());
  }

  /** A duration between two bounds, which are allowed themselves. */
  static Limit time(String property, String least, String most) {
    var shortest = ConversionService.SHARED.convertRequired(least, Duration.class);
    var longest = ConversionService.SHARED.convertRequired(most, Duration.class);
    return new Limit(
        property,
        "a duration, %s to %s".formatted(least, most),
        value ->
            ConversionService.SHARED
                .convert(value, Duration.class)
                .filter(time -> time.compareTo(shortest) >= 0 && time.compareTo(longest) <= 0)
                .isPresent());
  }

  /** One line that names property, value and what is allowed; empty if the value is allowed. */
  Optional<String> fault(PropertyResolver properties) {
    return properties
        .getProperty(property, String.class)
        .filter(value -> !rule.test(value))
        .map(value ->
            "%s is '%s'; allowed: %s".formatted(property, value.replaceAll("\\R", " "), allowed));
  }
}
