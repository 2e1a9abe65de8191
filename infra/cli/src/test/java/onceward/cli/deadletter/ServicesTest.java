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
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import onceward.cli.program.NotFoundException;
import onceward.cli.program.ServicesOption;
import onceward.localstack.process.Ports;
import onceward.localstack.process.StackException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

/** Services that no stack runs are asked at the addresses that are given. */
@Timeout(30)
final class ServicesTest {

  private static final String LETTER = "{\"id\":\"7\",\"type\":\"OrderShipped\",\"key\":\"o-1\"}";

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final HttpServer service = newServer();
  private final URI url =
      URI.create("http://127.0.0.1:%d/shop/".formatted(service.getAddress().getPort()));
  private final Services services = at(url);
  private volatile int status = 200;

  private static Services at(URI url) {
    var option = new ServicesOption();
    new CommandLine(option).parseArgs("--url", url.toString());
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
  void a_page_that_is_closed_is_named_with_the_setting_that_opens_it() {
    status = 401;

    assertThatThrownBy(services::letters)
        .isInstanceOf(StackException.class)
        .hasMessageContaining("answers 401")
        .hasMessageContaining("endpoints.dead-letters.sensitive=false");
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
