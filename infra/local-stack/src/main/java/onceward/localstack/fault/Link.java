package onceward.localstack.fault;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.Socket;

/** One connection through a proxy: a client's, and the one to the server that belongs to it. */
final class Link {

  private static final int BUFFER_BYTES = 16 * 1024;

  private final Socket client;
  private final Socket server;
  private final Links links;
  private volatile boolean replication;

  Link(Socket client, Socket server, Links links) {
    this.client = client;
    this.server = server;
    this.links = links;
  }

  void start() {
    Thread.ofVirtual().start(() -> copy(client, server, true));
    Thread.ofVirtual().start(() -> copy(server, client, false));
  }

  boolean isReplication() {
    return replication;
  }

  void close() throws IOException {
    client.close();
    server.close();
  }

  private void copy(Socket from, Socket to, boolean fromClient) {
    try (from;
        to) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int read = read(from, buffer); read >= 0; read = read(from, buffer)) {
        replication |= fromClient && asksForReplication(buffer, read);
        if (!links.passes(this, fromClient)) {
          return;
        }
        to.getOutputStream().write(buffer, 0, read);
        to.getOutputStream().flush();
      }
      // A network that loses packets does not show that a side has closed, either.
      links.passes(this, fromClient);
    } catch (IOException closed) {
      // Either side may end a connection at any time; both ends are closed by now.
      return;
    } finally {
      links.remove(this);
    }
  }

  private static int read(Socket from, byte[] buffer) throws IOException {
    return from.getInputStream().read(buffer);
  }

  /** The start-up message of a replication connection contains this parameter. */
  private static boolean asksForReplication(byte[] buffer, int read) {
    return new String(buffer, 0, read, ISO_8859_1).contains("replication\0database");
  }
}
