package onceward.messaging.testkit;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The schemas and golden samples of {@code infra/contracts}; where it lies is the system property
 * {@code onceward.contracts}.
 */
public final class Contracts {

  private static final JsonSchemaFactory SCHEMAS =
      JsonSchemaFactory.getInstance(VersionFlag.V202012);

  private Contracts() {}

  /** The golden sample of a message type: a payload as its producer writes it. */
  public static String sample(String topic, String type) {
    return read(topic, type + ".sample.json");
  }

  /** How the payload breaks the schema of its message type; empty if it conforms. */
  public static List<String> violations(String topic, String type, String payload) {
    return SCHEMAS
        .getSchema(read(topic, type + ".schema.json"))
        .validate(
            payload,
            InputFormat.JSON,
            run -> run.getExecutionConfig().setFormatAssertionsEnabled(true))
        .stream()
        .map(ValidationMessage::getMessage)
        .toList();
  }

  private static String read(String topic, String file) {
    var path = Path.of(System.getProperty("onceward.contracts", "infra/contracts"), topic, file);
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException("there is no contract " + path.toAbsolutePath(), e);
    }
  }
}
