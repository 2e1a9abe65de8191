package onceward.localstack.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import onceward.localstack.fault.Proxy;
import org.junit.jupiter.api.Test;

/** A port on which nobody listens yet is not taken for a server, and not taken away either. */
final class PortsTest {

  @Test
  void a_socket_that_is_connected_with_itself_is_no_server() throws IOException {
    InetSocketAddress address =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), Ports.free());
    try (Socket itself = new Socket()) {
      itself.bind(address);
      itself.connect(address);
      assertThat(itself.isConnected()).isTrue();

      assertThatThrownBy(() -> Ports.requireOther(itself)).isInstanceOf(ConnectException.class);
    }
    try (ServerSocket server = new ServerSocket()) {
      // As a server does that does not allow for connections that ended a moment ago.
      server.setReuseAddress(false);
      server.bind(address);
      assertThat(Ports.isListening(address.getPort())).isTrue();
    }
  }

  @Test
  void a_port_is_given_to_one_jvm_only_before_anybody_listens_on_it() throws IOException {
    var other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ManyPorts.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var line = other.inputReader()) {
      var theirs = Set.of(line.readLine().split(" "));
      assertThat(theirs).hasSize(ManyPorts.COUNT);

      // Each would be one of theirs with a probability of a quarter.
      var ours = Stream.generate(Ports::free).limit(100).map(String::valueOf).toList();

      assertThat(ours).doesNotContainAnyElementsOf(theirs).doesNotHaveDuplicates();
    } finally {
      other.destroyForcibly();
    }
  }

  @Test
  void free_ports_are_none_that_an_outgoing_connection_may_take() {
    assertThat(Ports.free()).matches(port -> !Ports.isForOutgoing(port));
    try (Proxy proxy = Proxy.to(Ports.free())) {
      assertThat(proxy.port()).matches(port -> !Ports.isForOutgoing(port));
    }
  }
}
