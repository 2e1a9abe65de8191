package onceward.management;

import io.micronaut.context.BeanProvider;
import io.micronaut.http.server.netty.NettyEmbeddedServer;
import jakarta.inject.Singleton;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The port that operators use, once the server has bound it. Thread-safe. */
@Singleton
public final class ManagementPort {

  private final BeanProvider<NettyEmbeddedServer> server;
  private volatile int bound;

  ManagementPort(BeanProvider<NettyEmbeddedServer> server) {
    this.server = server;
  }

  /** The port that was bound; empty before that. */
  public OptionalInt number() {
    if (bound == 0) {
      // The ports are in the order of the listeners, and all are there or none.
      server.get().getBoundPorts().forEach(port -> bound = port);
    }
    return bound == 0 ? OptionalInt.empty() : OptionalInt.of(bound);
  }

  /**
   * Whether a connection has come in by this port; false before it is bound.
   *
   * @param local the address of this side of the connection
   */
  public boolean isOf(@Nullable SocketAddress local) {
    var number = number();
    return number.isPresent()
        && local instanceof InetSocketAddress address
        && address.getPort() == number.getAsInt();
  }
}
