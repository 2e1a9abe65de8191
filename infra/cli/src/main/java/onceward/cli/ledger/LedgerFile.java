package onceward.cli.ledger;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import onceward.ledger.source.DatabaseSettings;
import onceward.ledger.source.LedgerSettings;
import org.jspecify.annotations.Nullable;

/**
 * Which servers are compared, from a file of properties:
 *
 * <pre>{@code
 * kafka.bootstrap.servers=kafka-1:9092
 * database.shop.url=jdbc:postgresql://db-1/shop
 * database.shop.user=ledger
 * database.shop.password-file=/run/secrets/ledger
 * }</pre>
 */
final class LedgerFile {

  private static final String KAFKA = "kafka.";
  private static final String DATABASE = "database.";
  private static final String TOPIC_SUFFIX = "topic-suffix";
  private static final String POSITIONS_TOPIC = "positions-topic";
  private static final Set<String> OF_A_DATABASE =
      Set.of("url", "user", "password", "password-file", "slot");

  private final Path file;
  private final Map<String, String> properties;

  private LedgerFile(Path file, Map<String, String> properties) {
    this.file = file;
    this.properties = properties;
  }

  /**
   * What the file says.
   *
   * @throws LedgerFileException if it cannot be read or says something else
   */
  static LedgerSettings read(Path file) {
    var properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException failure) {
      throw new LedgerFileException("%s cannot be read: %s".formatted(file, failure));
    }
    var map = new TreeMap<String, String>();
    properties.stringPropertyNames().forEach(name -> map.put(name, properties.getProperty(name)));
    return new LedgerFile(file, map).settings();
  }

  private LedgerSettings settings() {
    var kafka = new HashMap<String, String>();
    var databases = new TreeMap<String, Map<String, String>>();
    properties.forEach((name, value) -> {
      if (name.startsWith(KAFKA)) {
        kafka.put(name.substring(KAFKA.length()), value);
      } else if (name.startsWith(DATABASE)) {
        ofADatabase(name, value, databases);
      } else if (!name.equals(TOPIC_SUFFIX) && !name.equals(POSITIONS_TOPIC)) {
        throw unknown(name);
      }
    });
    if (!kafka.containsKey("bootstrap.servers")) {
      throw refused("kafka.bootstrap.servers is missing: where Kafka is, such as kafka-1:9092");
    }
    if (databases.isEmpty()) {
      throw refused(
          "it names no database: give at least database.NAME.url, .user and .password-file");
    }
    return new LedgerSettings(
        kafka,
        databases.entrySet().stream()
            .map(entry -> database(entry.getKey(), entry.getValue()))
            .sorted(Comparator.comparing(DatabaseSettings::name))
            .toList(),
        properties.getOrDefault(TOPIC_SUFFIX, LedgerSettings.TOPIC_SUFFIX),
        properties.getOrDefault(POSITIONS_TOPIC, LedgerSettings.POSITIONS_TOPIC));
  }

  private void ofADatabase(
      String property, String value, Map<String, Map<String, String>> databases) {
    var rest = property.substring(DATABASE.length());
    var dot = rest.lastIndexOf('.');
    if (dot <= 0 || !OF_A_DATABASE.contains(rest.substring(dot + 1))) {
      throw unknown(property);
    }
    databases
        .computeIfAbsent(rest.substring(0, dot), _ -> new HashMap<>())
        .put(rest.substring(dot + 1), value);
  }

  private DatabaseSettings database(String name, Map<String, String> given) {
    return new DatabaseSettings(
        name,
        required(name, given, "url"),
        required(name, given, "user"),
        password(name, given),
        slots(given.getOrDefault("slot", "")));
  }

  private static List<String> slots(String given) {
    return Pattern.compile(",")
        .splitAsStream(given)
        .map(String::strip)
        .filter(slot -> !slot.isEmpty())
        .toList();
  }

  private String password(String name, Map<String, String> given) {
    @Nullable String path = given.get("password-file");
    if (path == null) {
      return required(name, given, "password");
    }
    try {
      return Files.readString(Path.of(path)).strip();
    } catch (IOException failure) {
      throw refused(
          "%s%s.password-file is %s, which cannot be read: %s"
              .formatted(DATABASE, name, path, failure));
    }
  }

  private String required(String name, Map<String, String> given, String what) {
    var value = given.get(what);
    if (value == null) {
      throw refused(DATABASE + name + "." + what + " is missing");
    }
    return value;
  }

  private LedgerFileException unknown(String property) {
    return refused(
        "%s is no property; allowed are kafka.*, %s, %s and, for each database, %s"
            .formatted(
                property,
                TOPIC_SUFFIX,
                POSITIONS_TOPIC,
                List.copyOf(OF_A_DATABASE).stream()
                    .sorted()
                    .map(last -> DATABASE + "NAME." + last)
                    .collect(Collectors.joining(", "))));
  }

  private LedgerFileException refused(String why) {
    return new LedgerFileException("%s: %s.".formatted(file, why));
  }
}
