package onceward.relay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A script for psql, as psql reads it. */
final class PsqlScript {

  private PsqlScript() {}

  /** The statements: variables put in, psql's own commands and comments left out. */
  static List<String> statements(Path script, Map<String, String> variables) throws IOException {
    var text = Files.readString(script).replaceAll("(?m)^(--|\\\\).*$", "");
    for (var variable : variables.entrySet()) {
      text =
          text.replace(":'%s'".formatted(variable.getKey()), "'%s'".formatted(variable.getValue()));
    }
    return Arrays.asList(text.split(";\\s*\\n(?=\\s*\\n|[a-z])"));
  }
}
