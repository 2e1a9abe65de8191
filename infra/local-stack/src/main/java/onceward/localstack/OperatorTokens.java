package onceward.localstack;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.stream.Stream;
import onceward.localstack.process.PrivateFiles;

/**
 * The files with the tokens for the management ports of the stack's programs, which only their
 * owner may read. All programs have the same two. Immutable and thread-safe.
 *
 * @param operator the file with the token that may do everything
 * @param reader the file with the token that may look
 */
public record OperatorTokens(Path operator, Path reader) {

  private static final int BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  static OperatorTokens in(Path directory) {
    return new OperatorTokens(
        directory.resolve("management-operator.token"),
        directory.resolve("management-reader.token"));
  }

  /** Makes those that do not exist; the others stay, so that commands of before go on working. */
  void ensure() {
    Stream.of(operator, reader)
        .filter(file -> !Files.exists(file))
        .forEach(file -> PrivateFiles.write(file, generate() + "\n"));
  }

  private static String generate() {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
