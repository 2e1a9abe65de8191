package onceward.localstack.postgres;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import onceward.localstack.process.PrivateFiles;

/** The generated passwords of the roles, kept in one file of mode 600. Thread-safe. */
final class Passwords {

  private static final int BYTES = 24;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path file;
  private final TreeMap<String, String> byRole = new TreeMap<>();

  Passwords(Path file) {
    this.file = file;
    load();
  }

  synchronized Optional<String> find(String role) {
    return Optional.ofNullable(byRole.get(role));
  }

  synchronized String findOrCreate(String role) {
    return find(role).orElseGet(() -> create(role));
  }

  private String create(String role) {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    String password = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    byRole.put(role, password);
    save();
    return password;
  }

  private void load() {
    if (!Files.exists(file)) {
      return;
    }
    try (Reader reader = Files.newBufferedReader(file)) {
      Properties properties = new Properties();
      properties.load(reader);
      properties.stringPropertyNames().forEach(n -> byRole.put(n, properties.getProperty(n)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void save() {
    PrivateFiles.write(
        file,
        byRole.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
            .collect(Collectors.joining()));
  }
}
