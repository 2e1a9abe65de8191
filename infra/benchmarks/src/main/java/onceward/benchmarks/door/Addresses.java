package onceward.benchmarks.door;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Addresses with addresses of their own, so that a limit per address is no protection against all
 * of them: 127.1.0.1 and the next. Linux has all addresses that begin with 127; other systems may
 * have to be given them. Thread-safe.
 */
final class Addresses {

  private static final int OCTET = 256;

  private final List<InetAddress> addresses;
  private final List<HttpClient> clients;

  Addresses(int count) {
    addresses = IntStream.rangeClosed(1, count).mapToObj(Addresses::address).toList();
    clients =
        addresses.stream()
            .map(address ->
                HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .localAddress(address)
                    .build())
            .toList();
  }

  /** The client of the caller whose turn it is. */
  HttpClient client(int turn) {
    return clients.get(turn % clients.size());
  }

  /** A connection of the caller whose turn it is. */
  Socket connect(int turn, InetSocketAddress target, int receiveBufferBytes) throws IOException {
    var socket = new Socket();
    try {
      socket.setReceiveBufferSize(receiveBufferBytes);
      socket.bind(new InetSocketAddress(addresses.get(turn % addresses.size()), 0));
      socket.connect(target);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static InetAddress address(int number) {
    try {
      return InetAddress.getByAddress(
          new byte[] {127, 1, (byte) (number / OCTET), (byte) (number % OCTET)});
    } catch (UnknownHostException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
