package onceward.messaging.kafka;

import java.nio.file.Path;
import org.apache.kafka.common.KafkaException;

/**
 * A file of client properties cannot be used as it is. The message names the file and never quotes
 * a value.
 */
public final class ClientPropertiesException extends KafkaException {

  private static final long serialVersionUID = 1L;

  ClientPropertiesException(Path file, String why) {
    super("'%s' %s".formatted(file, why));
  }
}
