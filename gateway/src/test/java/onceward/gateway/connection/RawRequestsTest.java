package onceward.gateway.connection;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.http.server.netty.configuration.NettyHttpServerConfiguration;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import onceward.gateway.RunningGateway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Goal: what the gateway reads as one request, every server behind it or before it reads as the
 * same one. Method: each case of raw-requests.txt is sent, whole and byte by byte.
 */
class RawRequestsTest {

  private static final int PATIENCE_MS = 10_000;
  private static final String NEXT =
      "GET /v1/accounts/next HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  private static final Pattern ANSWER = Pattern.compile("HTTP/1\\.[01] (\\d{3})[ \r]");
  private static final Pattern ESCAPE = Pattern.compile("\\\\(?:x([0-9a-f]{2})|([rnt0\\\\]))");

  private static RunningGateway gateway;

  private record Case(String name, int status, boolean closes, String bytes) {

    static Case of(String line) {
      String[] parts = line.split("\\|", 4);
      return new Case(
          parts[0].strip(),
          Integer.parseInt(parts[1].strip()),
          parts[2].strip().equals("close"),
          unescaped(parts[3].strip()));
    }
  }

  @BeforeAll
  static void start() {
    gateway = new RunningGateway();
    gateway.auth.answers("/v1/accounts/42", 200, "{}");
    gateway.auth.answers("/v1/accounts/next", 200, "{\"next\":true}");
    gateway.auth.answers("/v1/accounts/smuggled", 200, "{\"smuggled\":true}");
    gateway.auth.answers("/v1/sessions", 201, "{}");
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @Test
  void what_the_rules_let_through_is_not_decompressed_either() {
    assertThat(gateway.bean(NettyHttpServerConfiguration.class).isRequestDecompressionEnabled())
        .isFalse();
  }

  @TestFactory
  Stream<DynamicTest> whole() {
    return cases().map(raw -> DynamicTest.dynamicTest(raw.name(), () -> check(raw, false)));
  }

  @TestFactory
  Stream<DynamicTest> byte_by_byte() {
    return cases()
        .map(raw ->
            DynamicTest.dynamicTest(raw.name(), () -> check(raw, raw.bytes().length() < 1000)));
  }

  private static void check(Case raw, boolean byteByByte) throws IOException {
    String all = answers(raw, byteByByte);
    List<String> statuses = ANSWER.matcher(all).results().map(found -> found.group(1)).toList();

    if (raw.closes()) {
      assertThat(statuses).as(all).containsExactly(Integer.toString(raw.status()));
    } else {
      assertThat(statuses).as(all).containsExactly(Integer.toString(raw.status()), "200");
      assertThat(all).contains("\"next\":true");
    }
    assertThat(all).doesNotContain("smuggled");
    if (raw.status() >= 400) {
      assertThat(all).containsIgnoringCase("content-type: application/problem+json");
    }
  }

  private static String answers(Case raw, boolean byteByByte) throws IOException {
    try (Socket socket = new Socket(gateway.host(), gateway.port())) {
      socket.setSoTimeout(PATIENCE_MS);
      socket.setTcpNoDelay(true);
      byte[] bytes = (raw.bytes() + (raw.closes() ? "" : NEXT)).getBytes(ISO_8859_1);
      send(socket, bytes, byteByByte);
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }

  /** A gateway that has answered and ended the connection may reset what is still sent. */
  private static void send(Socket socket, byte[] bytes, boolean byteByByte) {
    try {
      var out = socket.getOutputStream();
      if (!byteByByte) {
        out.write(bytes);
        return;
      }
      for (byte one : bytes) {
        out.write(one);
      }
    } catch (IOException ended) {
      assertThat(ended).hasMessageContaining("Broken pipe");
    }
  }

  private static Stream<Case> cases() {
    var file =
        Objects.requireNonNull(RawRequestsTest.class.getResourceAsStream("raw-requests.txt"));
    try (file) {
      return new String(file.readAllBytes(), ISO_8859_1)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(Case::of);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static String unescaped(String text) {
    String expanded =
        text.replace("LONG4096", "x".repeat(4096))
            .replace("LONG9000", "x".repeat(9000))
            .replace("CODINGS1500", "gzip,".repeat(1500))
            .replace("@", "Host: x\\r\\nContent-Type: application/json\\r\\n")
            .replace("SMUGGLED", "GET /v1/accounts/smuggled HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n");
    String bytes =
        ESCAPE
            .matcher(expanded)
            .replaceAll(found ->
                java.util.regex.Matcher.quoteReplacement(
                    found.group(1) != null
                        ? String.valueOf((char) Integer.parseInt(found.group(1), 16))
                        : switch (found.group(2)) {
                          case "r" -> "\r";
                          case "n" -> "\n";
                          case "t" -> "\t";
                          case "0" -> "\0";
                          default -> "\\";
                        }));
    return bytes.contains("BOMB65000") ? bytes.replace("BOMB65000", bomb()) : bytes;
  }

  private static String bomb() {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      for (int i = 0; i < 64; i++) {
        gzip.write(new byte[1 << 20]);
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toString(ISO_8859_1).substring(0, 65_000);
  }
}
