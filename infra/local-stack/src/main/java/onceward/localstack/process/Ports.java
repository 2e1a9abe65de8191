package onceward.localstack.process;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** TCP ports of the loopback interface. Thread-safe. */
public final class Ports {

  /** Below the range from which Linux and macOS take the ports of outgoing connections. */
  private static final int LOWEST = 20_000;

  private static final int HIGHEST = 32_000;

  /** The default of Linux; macOS begins higher. */
  private static final int OUTGOING_LOWEST = 32_768;

  private static final int ATTEMPTS_MAX = 1_000;
  private static final Duration KNOCK_LIMIT = Duration.ofSeconds(2);

  private Ports() {}

  /**
   * A port on which no program listens, and that this method returns to no other caller, in any JVM
   * of this user, while this JVM runs. A program needs the port only seconds after it was chosen,
   * and other stacks choose theirs meanwhile.
   */
  public static int free() {
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
      // In this order: no other JVM then tries a port that is given and that nobody listens on yet.
      if (PortClaims.claim(port) && isFree(port)) {
        return port;
      }
    }
    throw new StackException("No free port between " + LOWEST + " and " + HIGHEST + ".");
  }

  /** The port itself, or a free one for 0. */
  public static int orFree(int port) {
    return port == 0 ? free() : port;
  }

  /**
   * Whether no program listens there. This method takes the port for a moment, so do not call it
   * while a program is about to listen: that program would fail.
   */
  public static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }

  /** Whether the system may give that port to an outgoing connection. */
  public static boolean isForOutgoing(int port) {
    return port >= OUTGOING_LOWEST;
  }

  /**
   * Whether a program accepts connections there. The program sees a connection that ends at once.
   */
  public static boolean isListening(int port) {
    try (Socket connection = connect(port, KNOCK_LIMIT)) {
      return connection.isConnected();
    } catch (IOException refused) {
      return false;
    }
  }

  /**
   * Connects to the program that listens there.
   *
   * @param limit how long to wait for the other side; a program that is suspended may let it pass
   * @throws IOException when no program listens, or none accepts the connection in time
   */
  public static Socket connect(int port, Duration limit) throws IOException {
    Socket connection = new Socket();
    try {
      connection.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
          Math.toIntExact(limit.toMillis()));
      return requireOther(connection);
    } catch (IOException e) {
      connection.close();
      throw e;
    }
  }

  /**
   * Refuses a connection of a socket with itself. The system takes the port of an outgoing
   * connection from a range. If it takes the target port and no program listens there, TCP connects
   * the socket with itself. The connection is reset, because a connection that is closed in order
   * would block the port for the program that has to listen there.
   */
  static Socket requireOther(Socket connection) throws IOException {
    if (connection.getLocalPort() == connection.getPort()) {
      connection.setSoLinger(true, 0);
      connection.close();
      throw new ConnectException("nobody listens on port " + connection.getPort());
    }
    return connection;
  }
}
