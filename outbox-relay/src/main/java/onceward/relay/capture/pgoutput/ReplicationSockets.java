package onceward.relay.capture.pgoutput;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Sockets for a stream of many small messages. The driver asks the operating system whether more
 * has come before each message, and looks once in a millisecond while nothing comes; these sockets
 * answer from a buffer of their own, and wait longer, until something comes. Under TLS they lie
 * below it. The driver makes an instance by the name of the class.
 */
public final class ReplicationSockets extends SocketFactory {

  /** How long a reader waits for something to come, and how late an acknowledgement may be told. */
  static final Duration WAIT = Duration.ofMillis(50);

  /** By which the driver means: look whether something is there. */
  private static final int LOOK_MS = 1;

  private static final int BUFFER_BYTES = 64 * 1024;

  @Override
  public Socket createSocket() {
    return new Waiting();
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw unused();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort) {
    throw unused();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw unused();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
    throw unused();
  }

  private static UnsupportedOperationException unused() {
    return new UnsupportedOperationException("the driver connects a socket after it has made it");
  }

  private static final class Waiting extends Socket {

    private @Nullable InputStream buffered;

    @Override
    public synchronized void setSoTimeout(int milliseconds) throws SocketException {
      super.setSoTimeout(milliseconds == LOOK_MS ? (int) WAIT.toMillis() : milliseconds);
    }

    @Override
    public synchronized InputStream getInputStream() throws IOException {
      var stream = buffered;
      if (stream == null) {
        stream = new Buffered(super.getInputStream());
        buffered = stream;
      }
      return stream;
    }
  }

  /** Answers from a buffer, which it fills by one read of the socket at a time. */
  static final class Buffered extends BufferedInputStream {

    Buffered(InputStream from) {
      super(new OneRead(from), BUFFER_BYTES);
    }

    /** Without a question to the operating system: what it has comes with the next read. */
    @Override
    public synchronized int available() {
      return count - pos;
    }
  }

  /**
   * Denies that more is there. A {@link BufferedInputStream} whose source has more reads on within
   * one call, and if that times out it forgets what it has already handed out: whole messages, as
   * the server sends each by itself. A socket of the JDK also times out while bytes are there, if
   * its thread did not run for that long (25: {@code NioSocketImpl.tryLock}).
   */
  private static final class OneRead extends FilterInputStream {

    OneRead(InputStream from) {
      super(from);
    }

    @Override
    public int available() {
      return 0;
    }
  }
}
