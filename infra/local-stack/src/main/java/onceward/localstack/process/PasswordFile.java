package onceward.localstack.process;

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

/**
 * Generated passwords of 192 random bits, a line {@code name=password} each, kept in one file of
 * mode 600. Thread-safe.
 */
public final class PasswordFile {

  private static final int BYTES = 24;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path file;
  private final TreeMap<String, String> byName = new TreeMap<>();

  /** The passwords in that file; none when it does not exist. */
  public PasswordFile(Path file) {
    this.file = file;
    load();
  }

  /** The password of that name, if there is one. */
  public synchronized Optional<String> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** The password of that name; generates and keeps one if there is none. */
  public synchronized String findOrCreate(String name) {
    return find(name).orElseGet(() -> create(name));
  }

  private String create(String name) {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    String password = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    byName.put(name, password);
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
      properties.stringPropertyNames().forEach(n -> byName.put(n, properties.getProperty(n)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void save() {
    PrivateFiles.write(
        file,
        byName.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
            .collect(Collectors.joining()));
  }
}
