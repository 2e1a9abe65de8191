package onceward.messaging.start;

import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.common.utils.AppInfoParser;

/**
 * Which Kafka client is on the classpath. A BOM of others that names an older one compiles and
 * starts; what is missing from it shows when a message is in hand or the service ends.
 */
final class KafkaClient {

  /** What the library is built and tested with. */
  private static final int MAJOR = 4;

  private static final int MINOR = 3;

  private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})\\b.*");

  private KafkaClient() {}

  /**
   * One line that says which version there is, which is needed and what to do; empty if it fits.
   */
  static Optional<String> fault() {
    return fault(AppInfoParser.getVersion());
  }

  /** A client that does not say its version is taken for one that fits. */
  static Optional<String> fault(String version) {
    var numbers = VERSION.matcher(version);
    if (!numbers.matches() || fits(number(numbers.group(1)), number(numbers.group(2)))) {
      return Optional.empty();
    }
    return Optional.of(
        "org.apache.kafka:kafka-clients is %s, and onceward:messaging needs %d.%d or newer: in the pom, import onceward:onceward-bom before the BOM that names the older one, as Micronaut's does"
            .formatted(version, MAJOR, MINOR));
  }

  private static boolean fits(int major, int minor) {
    return major > MAJOR || (major == MAJOR && minor >= MINOR);
  }

  private static int number(String digits) {
    return Integer.parseInt(digits);
  }
}
