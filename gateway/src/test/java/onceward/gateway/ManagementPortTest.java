package onceward.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Map;
import onceward.management.ManagementPort;
import org.junit.jupiter.api.Test;

/**
 * Promise: the management port forwards nothing, and its connections and those of callers take no
 * places from each other.
 */
class ManagementPortTest {

  private static final int PATIENCE_MS = 20_000;

  @Test
  void nothing_of_the_api_is_on_the_management_port() throws IOException {
    try (var gateway = new RunningGateway()) {
      for (var line :
          new String[] {"GET /v1/me", "POST /v1/accounts", "GET /.well-known/jwks.json"}) {
        try (var socket = connect(managementPort(gateway))) {
          assertThat(ask(socket, line)).startsWith("HTTP/1.1 401 ").contains("no-token");
        }
      }
      assertThat(gateway.auth.askedSoFar() + gateway.user.askedSoFar()).isZero();
    }
  }

  /** With one place each, a second connection would end the first one, which waits. */
  @Test
  void operators_and_callers_have_places_of_their_own() throws IOException {
    try (var gateway = new RunningGateway(Map.of("gateway.connections.max", 1));
        var caller = connect(gateway.port())) {
      assertThat(ask(caller, "GET /health")).startsWith("HTTP/1.1 200 ");
      try (var operator = connect(managementPort(gateway))) {
        assertThat(ask(operator, "GET /health")).startsWith("HTTP/1.1 200 ");
        assertThat(ask(caller, "GET /health")).startsWith("HTTP/1.1 200 ");
        assertThat(ask(operator, "GET /health")).startsWith("HTTP/1.1 200 ");
      }
    }
  }

  private static int managementPort(RunningGateway gateway) {
    return gateway.bean(ManagementPort.class).number().orElseThrow();
  }

  private static Socket connect(int port) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(PATIENCE_MS);
    return socket;
  }

  /** The answer up to the end of its JSON; what came of it when the connection has ended. */
  private static String ask(Socket socket, String line) throws IOException {
    var request = line + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(ISO_8859_1));
    var answer = new StringBuilder();
    int next = socket.getInputStream().read();
    while (next >= 0) {
      answer.append((char) next);
      next = next == '}' ? -1 : socket.getInputStream().read();
    }
    return answer.toString();
  }
}
