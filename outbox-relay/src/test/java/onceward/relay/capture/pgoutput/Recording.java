package onceward.relay.capture.pgoutput;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import onceward.relay.position.Lsn;

/** What a server sent, byte for byte. */
final class Recording {

  private Recording() {}

  /** One message, and where it lies in the log. */
  record Sent(Lsn at, String hex) {

    PgoutputMessage decoded() {
      return PgoutputDecoder.decode(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
    }
  }

  static List<Sent> all() {
    try (var recorded = Recording.class.getResourceAsStream("recorded.txt")) {
      return new String(recorded.readAllBytes(), UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" "))
          .map(parts -> new Sent(Lsn.parse(parts[0]), parts[1]))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
