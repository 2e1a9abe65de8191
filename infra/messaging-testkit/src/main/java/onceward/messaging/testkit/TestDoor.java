package onceward.messaging.testkit;

import io.micronaut.context.ApplicationContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import onceward.management.ManagementPort;

/**
 * The management port of a program that runs in the JVM of a test, and an operator who is let in
 * there. Immutable and thread-safe.
 *
 * @param address of the management port, without a path
 */
public record TestDoor(URI address) {

  /** The token of an operator, in every program with these {@link #properties()}. */
  public static final String OPERATOR_TOKEN = "operator-of-tests-0123456789-0123456789";

  /** The token of a reader, likewise. */
  public static final String READER_TOKEN = "reader-of-tests-0123456789-0123456789";

  /** The door of a program whose server runs. */
  public static TestDoor of(ApplicationContext program) {
    var port = program.getBean(ManagementPort.class).number();
    return new TestDoor(
        URI.create(
            "http://127.0.0.1:"
                + port.orElseThrow(() -> new IllegalStateException("the server does not run"))));
  }

  /** What a program needs to know both tokens. */
  public static Map<String, String> properties() {
    return Map.of(
        "management.operator-token-file", TokenFiles.OPERATOR.toString(),
        "management.reader-token-file", TokenFiles.READER.toString());
  }

  /** Directs a request to a path of the management port, with an operator's token. */
  public HttpRequest.Builder asOperator(HttpRequest.Builder request, String path) {
    return request
        .uri(address.resolve(path))
        .setHeader("Authorization", "Bearer " + OPERATOR_TOKEN);
  }

  /** A {@code GET} of a path of the management port, with an operator's token. */
  public HttpRequest.Builder get(String path) {
    return asOperator(HttpRequest.newBuilder(), path);
  }

  /** The files of this JVM, which are deleted at its end. */
  private static final class TokenFiles {

    static final Path OPERATOR = file(OPERATOR_TOKEN);
    static final Path READER = file(READER_TOKEN);

    private static Path file(String token) {
      try {
        var file =
            Files.createTempFile(
                "onceward-token-",
                ".txt",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        file.toFile().deleteOnExit();
        return Files.writeString(file, token + "\n");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
