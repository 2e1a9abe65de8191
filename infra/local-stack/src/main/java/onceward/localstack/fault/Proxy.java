package onceward.localstack.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import onceward.localstack.process.Ports;

/**
 * A TCP proxy to a server on 127.0.0.1 that can hold up data while all connections stay open, as a
 * network does that loses packets. A closed proxy refuses new connections and ends its connections.
 * Thread-safe.
 */
public final class Proxy implements AutoCloseable {

  private static final int BACKLOG = 50;
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(30);

  private final ServerSocket listener;
  private final int target;
  private final Links links = new Links();
  private final AtomicInteger accepted = new AtomicInteger();

  private Proxy(ServerSocket listener, int target) {
    this.listener = listener;
    this.target = target;
  }

  /** A proxy to a port of this machine, which need not listen yet. */
  public static Proxy to(int target) {
    try {
      Proxy proxy =
          new Proxy(
              new ServerSocket(Ports.free(), BACKLOG, InetAddress.getLoopbackAddress()), target);
      Thread.ofVirtual().start(proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** How many connections were made to it so far. */
  public int accepted() {
    return accepted.get();
  }

  /** Ends all connections, as a server does that closes them; new connections pass. */
  public void cut() {
    try {
      links.cut();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From now on no data passes, on any connection and in either direction. */
  public void holdAll() {
    links.hold(_ -> true);
  }

  /** As {@link #holdAll()}, but only on PostgreSQL's replication connections that exist now. */
  public void holdReplicationOfNow() {
    links.holdThoseOfNow(Link::isReplication);
  }

  /** Held-up data passes on connections that are still open, and so does all later data. */
  public void heal() {
    links.heal();
  }

  /**
   * From now on the server gets no data from PostgreSQL's replication clients, while the clients
   * still get the server's data. Other connections pass, because a client that also queries the
   * server now and then would notice.
   */
  public void holdWhatReplicationSays() {
    links.loseWhatClientsSay(Link::isReplication);
  }

  /**
   * Data held up by {@link #holdWhatReplicationSays()} is lost with its connections; new ones pass.
   */
  public void release() {
    links.heal();
  }

  @Override
  public void close() {
    try {
      listener.close();
      links.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    try {
      while (!listener.isClosed()) {
        connect(listener.accept());
      }
    } catch (SocketException closed) {
      return;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Closes the client's connection if no server listens. */
  private void connect(Socket client) throws IOException {
    accepted.incrementAndGet();
    try {
      links.add(new Link(client, Ports.connect(target, CONNECT_LIMIT), links));
    } catch (ConnectException | SocketTimeoutException refused) {
      client.close();
    }
  }
}
