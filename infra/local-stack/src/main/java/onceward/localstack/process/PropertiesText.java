package onceward.localstack.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Properties as text, sorted and escaped. All characters are ASCII, because Micronaut and Kafka
 * read such a file as ISO 8859-1.
 */
public final class PropertiesText {

  private PropertiesText() {}

  /** A line for each property. */
  public static String of(Map<String, String> properties) {
    return new TreeMap<>(properties)
        .entrySet().stream()
            .map(entry -> line(entry.getKey(), entry.getValue()))
            .collect(Collectors.joining());
  }

  /** The properties of the file; none when the file does not exist. */
  public static Map<String, String> read(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (NoSuchFileException none) {
      return Map.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.stringPropertyNames().stream()
        .collect(Collectors.toMap(name -> name, properties::getProperty));
  }

  private static String line(String key, String value) {
    Properties one = new Properties();
    one.setProperty(key, value);
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try {
      // Storing to a Writer would not escape what is not ASCII.
      one.store(text, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // The first line is the time.
    return text.toString(StandardCharsets.ISO_8859_1)
        .lines()
        .skip(1)
        .collect(Collectors.joining("\n", "", "\n"));
  }
}
