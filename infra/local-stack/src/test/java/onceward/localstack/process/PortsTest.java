package onceward.localstack.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
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
  void free_ports_are_none_that_an_outgoing_connection_may_take() {
    assertThat(Ports.free()).matches(port -> !Ports.isForOutgoing(port));
    try (Proxy proxy = Proxy.to(Ports.free())) {
      assertThat(proxy.port()).matches(port -> !Ports.isForOutgoing(port));
    }
  }
}
