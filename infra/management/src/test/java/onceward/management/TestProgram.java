package onceward.management;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.micronaut.context.ApplicationContext;
import io.micronaut.http.server.netty.NettyEmbeddedServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A program with the endpoints of this package, and calls of it, byte for byte. */
final class TestProgram implements AutoCloseable {

  static final String OPERATOR_TOKEN = "operator-0123456789-0123456789-0123456789";
  static final String READER_TOKEN = "reader-0123456789-0123456789-0123456789";

  private final NettyEmbeddedServer server;

  private TestProgram(NettyEmbeddedServer server) {
    this.server = server;
  }

  /** Starts it with files for both tokens in that directory. */
  static TestProgram start(Path directory, Map<String, Object> settings) throws IOException {
    var all = new HashMap<String, Object>();
    all.put(
        "management.operator-token-file",
        tokenFile(directory.resolve("operator"), OPERATOR_TOKEN).toString());
    all.put(
        "management.reader-token-file",
        tokenFile(directory.resolve("reader"), READER_TOKEN).toString());
    all.putAll(settings);
    return start(all);
  }

  static TestProgram start(Map<String, Object> settings) {
    var all = new HashMap<String, Object>(settings);
    all.putIfAbsent("micronaut.server.port", -1);
    all.put("micronaut.server.host", "127.0.0.1");
    return new TestProgram(ApplicationContext.run(NettyEmbeddedServer.class, all));
  }

  /** Writes a file that its owner alone may read. */
  static Path tokenFile(Path file, String token) throws IOException {
    Files.writeString(file, token + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  int publicPort() {
    return server.getPort();
  }

  int managementPort() {
    return context().getBean(ManagementPort.class).number().orElseThrow();
  }

  ApplicationContext context() {
    return server.getApplicationContext();
  }

  /** The whole answer to a request whose Host is the address that it reaches. */
  String send(int port, String line, String... headers) throws IOException {
    var host = "Host: 127.0.0.1:" + port;
    return sendRaw(port, line + " HTTP/1.1", concat(host, headers));
  }

  /** The whole answer to a request of these lines. */
  static String sendRaw(int port, String line, List<String> headers) throws IOException {
    var head = line + "\r\n" + String.join("\r\n", headers) + "\r\n";
    var request = head + "Connection: close\r\nContent-Length: 0\r\n\r\n";
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }

  static int status(String answer) {
    return Integer.parseInt(answer.substring(9, 12));
  }

  private static List<String> concat(String first, String... others) {
    var all = new ArrayList<String>();
    all.add(first);
    all.addAll(List.of(others));
    return all;
  }

  @Override
  public void close() {
    context().close();
  }
}
