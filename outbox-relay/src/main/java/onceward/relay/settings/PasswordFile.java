package onceward.relay.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/** A password that lies in a file, as secret stores mount it; whoever rotates it writes it anew. */
record PasswordFile(Path file) implements Supplier<String> {

  /**
   * @throws InvalidConfigurationException if it cannot be read, or is empty
   */
  @Override
  public String get() {
    try {
      var password = Files.readString(file).strip();
      if (password.isEmpty()) {
        throw new InvalidConfigurationException("password file " + file + " is empty");
      }
      return password;
    } catch (IOException e) {
      throw new InvalidConfigurationException(
          "password file %s cannot be read (%s): mount it, or set the pipeline's password"
              .formatted(file, e.getClass().getSimpleName()));
    }
  }
}
