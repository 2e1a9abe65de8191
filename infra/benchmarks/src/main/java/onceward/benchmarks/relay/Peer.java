package onceward.benchmarks.relay;

import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What the relay is compared with. */
enum Peer {
  /** The least that publishes the same records: reads the slot and sends. */
  FLOOR("floor"),
  /** Asks the table for rows that are not published. */
  POLLING("polling"),
  /** Debezium Server, with settings that make it fast. */
  DEBEZIUM_SERVER("debezium-server"),
  /** Debezium Server as it comes. */
  DEBEZIUM_SERVER_DEFAULT("debezium-server-default");

  private final String text;

  Peer(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }

  /** From the command line. */
  static final class Converter implements ITypeConverter<Peer> {

    @Override
    public Peer convert(String value) {
      return Arrays.stream(values())
          .filter(peer -> peer.text.equals(value))
          .findFirst()
          .orElseThrow(() ->
              new TypeConversionException(
                  "'%s' is not allowed; allowed: %s"
                      .formatted(
                          value,
                          Arrays.stream(values())
                              .map(Peer::text)
                              .collect(Collectors.joining(", ")))));
    }
  }
}
