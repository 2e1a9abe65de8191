package onceward.benchmarks.door;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Locale;

/** A way to keep a gateway from its callers. Each has many attackers, who never give up. */
enum Attack {

  /** Requests whose body comes one byte a second. */
  DRIBBLE {
    @Override
    String attempt(Door door, Addresses addresses, int attacker, String pendingAccount)
        throws IOException, InterruptedException {
      try (var socket = addresses.connect(attacker, door.address(), ORDINARY_BUFFER_BYTES)) {
        send(
            socket,
            head(
                "POST /v1/sessions HTTP/1.1",
                "Host: localhost",
                "Content-Type: application/json",
                "Content-Length: 60000"));
        var in = socket.getInputStream();
        while (in.available() == 0) {
          Thread.sleep(Duration.ofSeconds(1));
          send(socket, " ");
        }
        return statusOf(new String(in.readNBytes(STATUS_LINE_BYTES), US_ASCII));
      }
    }
  },

  /** Honest calls that wait up to 30 s for the end of a sign-up that does not end. */
  WAITS {
    @Override
    String attempt(Door door, Addresses addresses, int attacker, String pendingAccount)
        throws IOException, InterruptedException {
      HttpRequest request =
          door.people()
              .request("/v1/accounts/" + pendingAccount)
              .header("Prefer", "wait=30")
              .build();
      HttpResponse<Void> answer =
          addresses.client(attacker).send(request, BodyHandlers.discarding());
      var pause = answer.headers().firstValueAsLong("Retry-After");
      if (pause.isPresent()) {
        Thread.sleep(Duration.ofSeconds(pause.getAsLong()));
      }
      return Integer.toString(answer.statusCode());
    }
  },

  /** Connections that ask as often as one may without reading, and then read one byte a second. */
  SLOW_READERS {
    @Override
    String attempt(Door door, Addresses addresses, int attacker, String pendingAccount)
        throws IOException, InterruptedException {
      var guests = door.guests();
      var token = guests.get(attacker % guests.size()).accessToken();
      try (var socket = addresses.connect(attacker, door.address(), SMALL_BUFFER_BYTES)) {
        send(
            socket,
            head("GET /v1/me HTTP/1.1", "Host: localhost", "Authorization: Bearer " + token)
                .repeat(PIPELINED));
        var in = socket.getInputStream();
        while (in.read() >= 0) {
          Thread.sleep(Duration.ofSeconds(1));
        }
        return "closed";
      }
    }
  };

  private static final int ORDINARY_BUFFER_BYTES = 65_536;
  private static final int SMALL_BUFFER_BYTES = 1_024;
  private static final int STATUS_LINE_BYTES = 12;

  /** Fewer than the 32 for which the gateway ends a connection. */
  private static final int PIPELINED = 30;

  /**
   * One attempt, which lasts until the gateway has had enough of it.
   *
   * @return the status, or how it ended without one
   */
  abstract String attempt(Door door, Addresses addresses, int attacker, String pendingAccount)
      throws IOException, InterruptedException;

  String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String head(String... lines) {
    return String.join("\r\n", lines) + "\r\n\r\n";
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(US_ASCII));
  }

  /** Of {@code HTTP/1.1 408}. */
  private static String statusOf(String line) {
    return line.isEmpty() ? "closed" : line.substring(line.lastIndexOf(' ') + 1);
  }
}
