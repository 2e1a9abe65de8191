package onceward.relay.settings;

import io.micronaut.core.convert.ConversionService;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Whether values are allowed. What is not is thrown as an {@link InvalidConfigurationException} of
 * one line, which names the property and what it may be.
 *
 * @param prefix of the properties' names, with a dot at its end
 */
record PropertyChecks(String prefix) {

  /** A text that must be there. */
  String required(String property, @Nullable String value) {
    if (value == null || value.isBlank()) {
      throw new InvalidConfigurationException(
          "%s%s is missing; set it to a non-empty value".formatted(prefix, property));
    }
    return value;
  }

  /** A text that must be there and that the rule accepts. */
  String allowed(String property, @Nullable String value, Predicate<String> rule, String allowed) {
    var text = required(property, value);
    if (!rule.test(text)) {
      throw refused(property, text, allowed);
    }
    return text;
  }

  /** A whole number, bounds included. */
  int between(int least, int most, String property, String value) {
    return ConversionService.SHARED
        .convert(value, Integer.class)
        .filter(number -> number >= least && number <= most)
        .orElseThrow(() -> refused(property, value, least + " to " + most));
  }

  /** A time, bounds included. */
  Duration between(int leastMs, int mostMs, String property, String value, String allowed) {
    return ConversionService.SHARED
        .convert(value, Duration.class)
        .filter(time -> time.toMillis() >= leastMs && time.toMillis() <= mostMs)
        .orElseThrow(() -> refused(property, value, allowed));
  }

  /** A file that can be read now. */
  String readable(String property, String file) {
    if (!Files.isReadable(Path.of(file)) || Files.isDirectory(Path.of(file))) {
      throw new InvalidConfigurationException(
          "%s%s is '%s', a file that cannot be read: mount it, or correct the name"
              .formatted(prefix, property, file));
    }
    return file;
  }

  InvalidConfigurationException refused(String property, String value, String allowed) {
    return new InvalidConfigurationException(
        "%s%s is '%s'; allowed: %s".formatted(prefix, property, value, allowed));
  }

  /** Properties that do not go together. */
  InvalidConfigurationException contradicted(String property, String why) {
    return new InvalidConfigurationException("%s%s %s".formatted(prefix, property, why));
  }
}
