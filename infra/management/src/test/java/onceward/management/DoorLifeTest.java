package onceward.management;

import static onceward.management.TestProgram.OPERATOR_TOKEN;
import static onceward.management.TestProgram.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.http.server.netty.NettyEmbeddedServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Promise: without a token the management port is closed; it is bound to the loopback address; a
 * token is replaced while the program runs; what is wrong ends the start.
 *
 * <p>Method: programs of their own, started and stopped by each test.
 */
class DoorLifeTest {

  private static final String NEXT = "the-next-0123456789-0123456789-0123456789";

  @TempDir private Path directory;

  @Test
  void without_a_token_only_health_answers() throws IOException {
    try (var program = TestProgram.start(Map.of())) {
      int port = program.managementPort();
      for (var line : new String[] {"GET /deeds", "POST /deeds/a", "GET /beans", "GET /none"}) {
        assertThat(status(program.send(port, line))).isEqualTo(401);
        assertThat(status(program.send(port, line, bearer("")))).isEqualTo(401);
        assertThat(status(program.send(port, line, bearer(OPERATOR_TOKEN)))).isEqualTo(401);
        assertThat(status(program.send(program.publicPort(), line))).isEqualTo(404);
      }
      assertThat(program.send(port, "GET /health")).endsWith("{\"status\":\"UP\"}");
    }
  }

  @Test
  void a_program_of_operators_alone_has_no_other_port() throws IOException {
    try (var program = TestProgram.start(directory, Map.of("management.alone", true))) {
      int port = program.managementPort();
      assertThat(program.context().getBean(NettyEmbeddedServer.class).getBoundPorts())
          .containsExactly(port);
      assertThat(status(program.send(port, "GET /deeds", bearer(OPERATOR_TOKEN)))).isEqualTo(200);
      assertThat(status(program.send(port, "GET /deeds"))).isEqualTo(401);
    }
  }

  @Test
  void a_token_is_replaced_without_a_restart() throws IOException {
    try (var program = TestProgram.start(directory, Map.of())) {
      int port = program.managementPort();
      assertThat(status(program.send(port, "GET /deeds", bearer(OPERATOR_TOKEN)))).isEqualTo(200);

      TestProgram.tokenFile(directory.resolve("operator"), NEXT);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> status(program.send(port, "GET /deeds", bearer(NEXT))) == 200);
      assertThat(status(program.send(port, "GET /deeds", bearer(OPERATOR_TOKEN)))).isEqualTo(401);

      Files.delete(directory.resolve("operator"));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> status(program.send(port, "GET /deeds", bearer(NEXT))) == 401);
    }
  }

  @Test
  void the_port_is_bound_to_the_loopback_address_only() throws IOException {
    try (var program = TestProgram.start(directory, Map.of("micronaut.server.host", "0.0.0.0"))) {
      int port = program.managementPort();
      for (var address : addressesOfThisMachine()) {
        assertThatThrownBy(() -> new Socket(address, port).close())
            .isInstanceOf(SocketException.class);
      }
    }
  }

  private static List<InetAddress> addressesOfThisMachine() throws SocketException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
        .toList();
  }

  @Test
  void a_port_that_is_taken_ends_the_start() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> TestProgram.start(Map.of("management.port", taken.getLocalPort())))
          .hasStackTraceContaining("Address already in use")
          .hasStackTraceContaining(Integer.toString(taken.getLocalPort()));
    }
  }

  @Test
  void a_token_that_cannot_be_used_ends_the_start() {
    assertThatThrownBy(() -> TestProgram.start(Map.of("management.reader-token-file", "/none")))
        .hasRootCauseInstanceOf(ConfigurationException.class)
        .rootCause()
        .hasMessageStartingWith("management.reader-token-file is '/none'");
  }

  @Test
  void a_context_path_leads_around_nothing() throws IOException {
    try (var program =
        TestProgram.start(directory, Map.of("micronaut.server.context-path", "/app"))) {
      for (var line : new String[] {"POST /deeds/a", "POST /app/deeds/a", "GET /app/beans"}) {
        assertThat(status(program.send(program.publicPort(), line))).isEqualTo(404);
        assertThat(status(program.send(program.managementPort(), line))).isEqualTo(401);
      }
      assertThat(status(program.send(program.publicPort(), "GET /app/things/7"))).isEqualTo(200);
    }
  }

  @Test
  void other_listeners_stay_as_they_are_configured() throws IOException {
    try (var program =
        TestProgram.start(
            directory,
            Map.of(
                "micronaut.server.netty.listeners.one.host", "127.0.0.1",
                "micronaut.server.netty.listeners.one.port", "-1"))) {
      assertThat(program.managementPort()).isNotEqualTo(program.publicPort());
      assertThat(status(program.send(program.publicPort(), "GET /things/7"))).isEqualTo(200);
      assertThat(status(program.send(program.publicPort(), "GET /deeds"))).isEqualTo(404);
      assertThat(
              status(program.send(program.managementPort(), "GET /deeds", bearer(OPERATOR_TOKEN))))
          .isEqualTo(200);
    }
  }

  private static String bearer(String token) {
    return "Authorization: Bearer " + token;
  }
}
