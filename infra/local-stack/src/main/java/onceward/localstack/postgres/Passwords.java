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
import org.postgresql.util.PasswordUtil;

/** The generated passwords of the roles, kept in one file of mode 600. Thread-safe. */
final class Passwords {

  /**
   * How often SCRAM hashes a password at each login. A high number (4,096 in RFC 7677) slows down
   * guessing a weak password. Nobody guesses 192 random bits, and a JVM that has just started
   * hashes slowly. A role whose password a user chose keeps the server's default.
   */
  private static final int SCRAM_ITERATIONS = 1;

  private static final int BYTES = 24;
  private static final int SALT_BYTES = 16;
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

  /** The verifier that PostgreSQL stores of a role's password; creates the password if needed. */
  String scramVerifier(String role) {
    return PasswordUtil.encodeScramSha256(
        findOrCreate(role).toCharArray(), SCRAM_ITERATIONS, random(SALT_BYTES));
  }

  private static byte[] random(int count) {
    byte[] bytes = new byte[count];
    RANDOM.nextBytes(bytes);
    return bytes;
  }

  private String create(String role) {
    String password = Base64.getUrlEncoder().withoutPadding().encodeToString(random(BYTES));
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
