package onceward.relay.capture.pgoutput;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.postgresql.core.VisibleBufferedInputStream;

/** What a socket of the JDK may do while its reader does not run: nothing of the stream is lost. */
class ReplicationSocketsTest {

  private static final int DRIVERS_BUFFER = 8192;

  @Test
  void a_read_that_times_out_behind_another_loses_nothing_of_it() throws IOException {
    var socket = new Segments(List.of("first ", "second"));
    socket.timesOutWhileMoreIsThere = true;
    var driver = driver(socket);

    // As the driver does it: by reads that may time out, and are tried again.
    while (!driver.ensureBytes("first second".length(), false)) {
      assertThat(socket.segments).hasSizeLessThan(2);
    }

    assertThat(new String(driver.readNBytes("first second".length()), US_ASCII))
        .isEqualTo("first second");
  }

  @Test
  void whatever_times_out_all_bytes_come_in_their_order() throws IOException {
    for (var seed = 0; seed < 500; seed++) {
      var random = new Random(seed);
      var text = new StringBuilder();
      var segments = new ArrayDeque<String>();
      for (var number = 0; number < 200; number++) {
        var segment = "<%d>".formatted(number).repeat(1 + random.nextInt(20));
        segments.add(segment);
        text.append(segment);
      }
      var socket = new Segments(segments);
      socket.chances = random;
      var driver = driver(socket);

      var read = new StringBuilder();
      while (read.length() < text.length()) {
        if (driver.ensureBytes(1, false)) {
          read.append((char) driver.read());
        }
      }

      assertThat(read).as("seed %d", seed).hasToString(text.toString());
    }
  }

  private static VisibleBufferedInputStream driver(InputStream socket) {
    return new VisibleBufferedInputStream(new ReplicationSockets.Buffered(socket), DRIVERS_BUFFER);
  }

  /** Gives one segment for each read, as they come from a server that sends each message. */
  private static final class Segments extends InputStream {

    private final Deque<String> segments;
    private boolean timesOutWhileMoreIsThere;
    private boolean wasAsked;
    private Random chances = new Random(0);

    Segments(Iterable<String> segments) {
      this.segments = new ArrayDeque<>();
      segments.forEach(this.segments::add);
    }

    @Override
    public int available() {
      wasAsked = true;
      return segments.isEmpty() ? 0 : segments.peek().length();
    }

    @Override
    public int read(byte[] to, int from, int length) throws IOException {
      if ((timesOutWhileMoreIsThere && wasAsked) || chances.nextInt(10) == 1) {
        wasAsked = false;
        throw new SocketTimeoutException("Read timed out");
      }
      var segment = segments.remove().getBytes(US_ASCII);
      assertThat(segment.length).isLessThanOrEqualTo(length);
      System.arraycopy(segment, 0, to, from, segment.length);
      return segment.length;
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException("nobody reads single bytes from a socket");
    }
  }
}
