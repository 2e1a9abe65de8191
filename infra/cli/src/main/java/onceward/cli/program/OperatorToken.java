package onceward.cli.program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import onceward.localstack.process.StackException;

/**
 * A token for management ports, which lies in a file and is read for each call, so that a command
 * that runs long goes on when the token is replaced. Immutable.
 */
record OperatorToken(Path file) {

  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]{1,512}=*");

  /**
   * The value of the header Authorization.
   *
   * @throws StackException if the file holds no token
   */
  String header() {
    var token = content().strip();
    if (!TOKEN.matcher(token).matches()) {
      throw new StackException(
          "%s holds no token: it must hold one line of letters, digits and -._~+/="
              .formatted(file));
    }
    return "Bearer " + token;
  }

  private String content() {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new StackException(
          "The token file %s cannot be read (%s): name another one with --token-file."
              .formatted(file, e.getClass().getSimpleName()),
          e);
    }
  }
}
