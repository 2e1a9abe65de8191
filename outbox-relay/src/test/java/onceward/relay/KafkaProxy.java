package onceward.relay;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A TCP proxy to the one broker of the tests that can lose what ends transactions, or bring it
 * late, on the way to the broker or back. Where the broker tells its address, the proxy puts its
 * own.
 */
final class KafkaProxy implements AutoCloseable {

  /** What is lost, or late. */
  enum Lost {
    NOTHING,
    REQUEST,
    ANSWER
  }

  private static final short END_TXN = 26;
  private static final int CORRELATION_ID_AT = 4;

  private final ServerSocket listener;
  private final int broker;
  private final byte[] brokersAddress;
  private final byte[] ownAddress;
  private final AtomicInteger losses = new AtomicInteger();
  private final AtomicInteger comeLate = new AtomicInteger();
  private volatile Lost lost = Lost.NOTHING;
  private volatile Duration late = Duration.ZERO;

  private KafkaProxy(ServerSocket listener, int broker) {
    this.listener = listener;
    this.broker = broker;
    this.brokersAddress = address(broker);
    this.ownAddress = address(listener.getLocalPort());
  }

  /** A proxy to {@code 127.0.0.1:port}. */
  static KafkaProxy to(String bootstrapServers) throws IOException {
    var port = Integer.parseInt(bootstrapServers.substring(bootstrapServers.indexOf(':') + 1));
    var proxy = new KafkaProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), port);
    Thread.ofVirtual().start(proxy::accept);
    return proxy;
  }

  String bootstrapServers() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  void lose(Lost what) {
    lost = what;
  }

  /** As {@link #lose}, but it comes after that time, also to a connection that was given up. */
  void delay(Lost what, Duration by) {
    late = by;
    lost = what;
  }

  /** How many ends of transactions were lost or held up. */
  int losses() {
    return losses.get();
  }

  /** How many that were held up have been passed on. */
  int comeLate() {
    return comeLate.get();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }

  private void accept() {
    try {
      while (!listener.isClosed()) {
        connect(listener.accept());
      }
    } catch (IOException e) {
      if (!listener.isClosed()) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void connect(Socket client) throws IOException {
    var server = new Socket(InetAddress.getLoopbackAddress(), broker);
    Set<Integer> unanswered = ConcurrentHashMap.newKeySet();
    Thread.ofVirtual().start(() -> copy(client, server, frame -> request(frame, unanswered)));
    Thread.ofVirtual().start(() -> copy(server, client, frame -> answer(frame, unanswered)));
  }

  /** Whether it passes. */
  private boolean request(byte[] frame, Set<Integer> unanswered) {
    var header = ByteBuffer.wrap(frame);
    var what = lost;
    if (what == Lost.NOTHING || header.getShort() != END_TXN) {
      return true;
    }
    losses.incrementAndGet();
    if (what == Lost.ANSWER) {
      unanswered.add(header.getInt(CORRELATION_ID_AT));
      return true;
    }
    return comesLate();
  }

  /** After one answer that is lost, no other may pass on that connection: they come in order. */
  private boolean answer(byte[] frame, Set<Integer> unanswered) {
    if (unanswered.contains(ByteBuffer.wrap(frame).getInt()) && !comesLate()) {
      return false;
    }
    putOwnAddress(frame);
    return true;
  }

  /** Returns after the delay; at once if it is lost. */
  private boolean comesLate() {
    var end = System.nanoTime() + late.toNanos();
    for (var left = late.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
    if (!late.isZero()) {
      comeLate.incrementAndGet();
    }
    return !late.isZero();
  }

  private void putOwnAddress(byte[] frame) {
    for (int at = 0; at + brokersAddress.length <= frame.length; at++) {
      if (Arrays.equals(
          frame, at, at + brokersAddress.length, brokersAddress, 0, brokersAddress.length)) {
        System.arraycopy(ownAddress, 0, frame, at, ownAddress.length);
      }
    }
  }

  private static void copy(Socket from, Socket to, Frames frames) {
    try (from;
        to) {
      var in = new DataInputStream(from.getInputStream());
      var out = new DataOutputStream(to.getOutputStream());
      var passing = true;
      while (true) {
        var frame = in.readNBytes(in.readInt());
        passing &= frames.pass(frame);
        if (passing) {
          out.writeInt(frame.length);
          out.write(frame);
          out.flush();
        }
      }
    } catch (IOException closed) {
      // Either side may end a connection at any time; both ends are closed by now.
      return;
    }
  }

  /** As Kafka writes it: the host, then the port in four bytes. */
  private static byte[] address(int port) {
    var host = "127.0.0.1".getBytes(US_ASCII);
    return ByteBuffer.allocate(host.length + Integer.BYTES).put(host).putInt(port).array();
  }

  /** Decides about frames, in their order. */
  @FunctionalInterface
  private interface Frames {
    boolean pass(byte[] frame);
  }
}
