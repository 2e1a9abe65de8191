package onceward.cli.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import onceward.cli.program.NotFoundException;
import onceward.cli.program.ServicesOption;
import onceward.localstack.process.Ports;
import onceward.localstack.process.StackException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Services that no stack runs are asked at the addresses that are given. */
@Timeout(30)
final class ServicesTest {

  private static final String LETTER = "{\"id\":\"7\",\"type\":\"OrderShipped\",\"key\":\"o-1\"}";

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<String> credentials = new CopyOnWriteArrayList<>();
  private final List<String> operators = new CopyOnWriteArrayList<>();
  private final HttpServer service = newServer();
  private final URI url =
      URI.create("http://127.0.0.1:%d/shop/".formatted(service.getAddress().getPort()));
  private final Services services = at(url);
  private volatile int status = 200;

  private static Services at(URI url, String... more) {
    var option = new ServicesOption();
    var arguments = Stream.concat(Stream.of("--url", url.toString()), Stream.of(more));
    new CommandLine(option).parseArgs(arguments.toArray(String[]::new));
    return Services.of(option);
  }

  private static HttpServer newServer() {
    try {
      return HttpServer.create(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), Ports.free()), 0);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @BeforeEach
  void serve() {
    service.createContext("/", this::answer);
    service.start();
  }

  @AfterEach
  void stop() {
    service.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    asked.add(request);
    credentials.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
    operators.add(String.valueOf(exchange.getRequestHeaders().getFirst("X-Onceward-Operator")));
    boolean isKnown = !request.endsWith("/dead-letters/8");
    byte[] body = page(request).getBytes(UTF_8);
    exchange.sendResponseHeaders(isKnown ? status : 404, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static String page(String request) {
    if (request.endsWith("/dead-letters/7")) {
      return LETTER;
    }
    if (request.endsWith("/groups")) {
      return "{\"groups\":[{\"group\":\"1f2e\"}]}";
    }
    return "{\"deadLetters\":[%s]}".formatted(request.endsWith("/dead-letters") ? LETTER : "");
  }

  @Test
  void their_groups_are_told_with_the_service_that_has_them() throws Exception {
    assertThat(services.groups())
        .singleElement()
        .returns("1f2e", group -> group.path("group").asText())
        .returns(services.names(), group -> group.path("service").asText());
  }

  @Test
  void their_letters_are_read_page_by_page() throws Exception {
    assertThat(services.letters())
        .singleElement()
        .returns("7", letter -> letter.path("id").asText())
        .returns(services.names(), letter -> letter.path("service").asText());
    assertThat(services.names()).isEqualTo(url.toString().replaceAll("/$", ""));
    assertThat(asked).containsExactly("GET /shop/dead-letters", "GET /shop/dead-letters?after=7");
  }

  @Test
  void a_letter_is_closed_where_it_lies() throws Exception {
    services.close(
        services.letter("7"),
        "retry",
        JsonNodeFactory.instance.objectNode().put("operator", "ada"));

    assertThat(asked).endsWith("POST /shop/dead-letters/7/retry");
  }

  @Test
  void a_letter_that_is_not_there_is_named_with_those_that_were_asked() {
    assertThatThrownBy(() -> services.letter("8"))
        .isInstanceOf(NotFoundException.class)
        .hasMessage(
            "there is no dead letter 8 at %1$s; `infra/onceward dlq ls --url %1$s` lists them",
            services.names());
  }

  @Test
  void every_call_has_the_token_that_the_file_holds_at_that_time(@TempDir Path directory)
      throws Exception {
    var file = Files.writeString(directory.resolve("token"), "first-token\n");
    var withToken = at(url, "--token-file", file.toString());
    withToken.letters();
    assertThat(credentials).isNotEmpty().containsOnly("Bearer first-token");

    Files.writeString(file, "second-token\n");
    withToken.close(
        withToken.letter("7"),
        "retry",
        JsonNodeFactory.instance.objectNode().put("operator", "Ada Lovelace"));
    assertThat(credentials.getLast()).isEqualTo("Bearer second-token");
    assertThat(operators.getLast()).isEqualTo("Ada%20Lovelace");
  }

  @Test
  void a_file_without_a_token_is_named_and_nothing_is_asked(@TempDir Path directory)
      throws IOException {
    var file = Files.writeString(directory.resolve("token"), "two words\n");
    assertThatThrownBy(() -> at(url, "--token-file", file.toString()).letters())
        .isInstanceOf(StackException.class)
        .hasMessage(
            "%s holds no token: it must hold one line of letters, digits and -._~+/="
                .formatted(file));

    var missing = directory.resolve("none");
    assertThatThrownBy(() -> at(url, "--token-file", missing.toString()).letters())
        .isInstanceOf(StackException.class)
        .hasMessage(
            "The token file %s cannot be read (NoSuchFileException): name another one with --token-file."
                .formatted(missing));
    assertThat(asked).isEmpty();
  }

  @Test
  void a_page_that_is_closed_is_named_with_the_option_that_opens_it() {
    status = 401;

    assertThatThrownBy(services::letters)
        .isInstanceOf(StackException.class)
        .hasMessageContaining("answers 401")
        .hasMessageContaining("--token-file")
        .hasMessageContaining("ONCEWARD_TOKEN_FILE");
  }

  @Test
  void one_that_takes_connections_and_says_nothing_is_not_waited_for_long() throws IOException {
    try (ServerSocket suspended =
        new ServerSocket(Ports.free(), 50, InetAddress.getLoopbackAddress())) {
      URI silent = URI.create("http://127.0.0.1:" + suspended.getLocalPort());

      assertThatThrownBy(() -> at(silent).letters())
          .isInstanceOf(StackException.class)
          .hasMessage("%s does not answer within 5 s", silent);
    }
  }
}
