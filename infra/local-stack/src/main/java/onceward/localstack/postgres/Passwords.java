package onceward.localstack.postgres;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import onceward.localstack.process.PasswordFile;
import org.postgresql.util.PasswordUtil;

/** The generated passwords of the roles. Thread-safe. */
final class Passwords {

  /**
   * How often SCRAM hashes a password at each login. A high number (4,096 in RFC 7677) slows down
   * guessing a weak password. Nobody guesses 192 random bits, and a JVM that has just started
   * hashes slowly. A role whose password a user chose keeps the server's default.
   */
  private static final int SCRAM_ITERATIONS = 1;

  private static final int SALT_BYTES = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final PasswordFile passwords;

  Passwords(Path file) {
    this.passwords = new PasswordFile(file);
  }

  Optional<String> find(String role) {
    return passwords.find(role);
  }

  String findOrCreate(String role) {
    return passwords.findOrCreate(role);
  }

  /** The verifier that PostgreSQL stores of a role's password; creates the password if needed. */
  String scramVerifier(String role) {
    byte[] salt = new byte[SALT_BYTES];
    RANDOM.nextBytes(salt);
    return PasswordUtil.encodeScramSha256(findOrCreate(role).toCharArray(), SCRAM_ITERATIONS, salt);
  }
}
