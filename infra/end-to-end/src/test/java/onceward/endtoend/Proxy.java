package onceward.endtoend;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A TCP proxy to PostgreSQL on 127.0.0.1 that can hold back what replication clients say, while
 * they still hear the server. Connections stay open meanwhile, as on a network that loses packets
 * one way. Other connections pass: the relay also asks the server now and then whether it is there,
 * and would notice.
 */
final class Proxy {

  private static final int BUFFER_BYTES = 16 * 1024;

  private final ServerSocket listener;
  private final int target;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition released = lock.newCondition();
  private boolean holding;

  private Proxy(ServerSocket listener, int target) {
    this.listener = listener;
    this.target = target;
  }

  /** A proxy to a port of this machine, which need not listen yet. */
  static Proxy to(int target) {
    try {
      var proxy = new Proxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), target);
      Thread.ofVirtual().start(proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return listener.getLocalPort();
  }

  /** From now on the server hears nothing more. */
  void holdWhatReplicationSays() {
    setHolding(true);
  }

  /** What was held back is lost, and its connections with it; new ones pass. */
  void release() {
    setHolding(false);
  }

  private void setHolding(boolean value) {
    lock.lock();
    try {
      holding = value;
      released.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void accept() {
    try {
      while (true) {
        connect(listener.accept());
      }
    } catch (IOException listenerClosed) {
      throw new UncheckedIOException(listenerClosed);
    }
  }

  /** A server that is not there is felt by the client as a closed connection. */
  private void connect(Socket client) throws IOException {
    try {
      var server = new Socket(InetAddress.getLoopbackAddress(), target);
      Thread.ofVirtual().start(() -> copy(client, server, true));
      Thread.ofVirtual().start(() -> copy(server, client, false));
    } catch (ConnectException refused) {
      client.close();
    }
  }

  private void copy(Socket from, Socket to, boolean fromClient) {
    try (from;
        to) {
      var buffer = new byte[BUFFER_BYTES];
      var in = from.getInputStream();
      var out = to.getOutputStream();
      var mayBeHeld = false;
      for (var read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        mayBeHeld |= fromClient && asksForReplication(buffer, read);
        if (mayBeHeld && wasHeld()) {
          return;
        }
        out.write(buffer, 0, read);
        out.flush();
      }
    } catch (IOException closed) {
      // Either side may end a connection at any time; both ends are closed by now.
      return;
    }
  }

  /** The start-up message of a replication connection names that parameter. */
  private static boolean asksForReplication(byte[] buffer, int read) {
    return new String(buffer, 0, read, ISO_8859_1).contains("replication\0database");
  }

  /** Returns at once if nothing is held, or else on release. */
  private boolean wasHeld() {
    lock.lock();
    try {
      var held = holding;
      while (holding) {
        released.awaitUninterruptibly();
      }
      return held;
    } finally {
      lock.unlock();
    }
  }
}
