package onceward.gateway.connection;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The address that limits count by: an IPv4 address, or the /64 network of an IPv6 address, because
 * whoever has one address of such a network has them all. Behind a proxy this is the proxy.
 */
public record CallerAddress(String text) {

  private static final CallerAddress UNKNOWN = new CallerAddress("unknown");
  private static final int NETWORK_BYTES = 8;
  private static final int ADDRESS_BYTES = 16;

  /** The address of the other side of a connection. */
  public static CallerAddress of(@Nullable SocketAddress remote) {
    return remote instanceof InetSocketAddress inet && inet.getAddress() != null
        ? new CallerAddress(network(inet.getAddress()).getHostAddress())
        : UNKNOWN;
  }

  private static InetAddress network(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address;
    }
    var network = Arrays.copyOf(Arrays.copyOf(address.getAddress(), NETWORK_BYTES), ADDRESS_BYTES);
    try {
      return InetAddress.getByAddress(network);
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("16 bytes are an IPv6 address", impossible);
    }
  }

  /** As the value of a {@code Forwarded} header (RFC 7239). */
  public String forwardedFor() {
    return text.contains(":") ? "for=\"[" + text + "]\"" : "for=" + text;
  }
}
