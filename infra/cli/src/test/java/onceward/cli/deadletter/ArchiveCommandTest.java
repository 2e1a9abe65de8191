package onceward.cli.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import onceward.localstack.process.Ports;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * Goal: the command closes the letters that the user means and that the file has, and no other.
 *
 * <p>Method: a service that answers as {@code /dead-letters} does, with 250 open letters.
 */
@Timeout(60)
class ArchiveCommandTest {

  private static final int PAGE_MAX = 100;
  private static final int LETTERS = 250;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path directory;

  private final List<String> open =
      new ArrayList<>(IntStream.range(0, LETTERS).mapToObj("%03d"::formatted).toList());
  private final List<String> closedBeforeTheFileHadThem = new ArrayList<>();
  private final HttpServer service = newServer();

  private HttpServer newServer() {
    try {
      var server =
          HttpServer.create(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), Ports.free()), 0);
      server.createContext("/dead-letters/", this::answer);
      server.start();
      return server;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void stop() {
    service.stop(0);
  }

  @Test
  void all_letters_are_archived_page_by_page_each_closed_after_the_file_has_it() throws Exception {
    assertThat(archive("--all")).isZero();

    assertThat(open).isEmpty();
    assertThat(closedBeforeTheFileHadThem).isEmpty();
    assertThat(ArchiveFile.read(file())).hasSize(LETTERS);
  }

  @Test
  void no_more_letters_are_archived_than_the_limit_says() throws Exception {
    assertThat(archive("--all", "--limit", "120")).isZero();

    assertThat(open).hasSize(LETTERS - 120).startsWith("120");
    assertThat(ArchiveFile.read(file())).hasSize(120);
  }

  private Path file() {
    return directory.resolve("letters.jsonl");
  }

  private int archive(String... selection) {
    var url = "http://127.0.0.1:" + service.getAddress().getPort();
    var arguments = new ArrayList<>(List.of(selection));
    arguments.addAll(
        List.of("--url", url, "--file", file().toString(), "--reason", "later", "--yes"));
    return new CommandLine(new ArchiveCommand()).execute(arguments.toArray(String[]::new));
  }

  private void answer(HttpExchange exchange) throws IOException {
    var request = JSON.readTree(exchange.getRequestBody());
    var answer =
        exchange.getRequestURI().getPath().endsWith("/archived") ? close(request) : read(request);
    var body = answer.getBytes(UTF_8);
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private String read(JsonNode request) {
    var chosen = open.stream().limit(request.path("limit").asInt(Integer.MAX_VALUE)).toList();
    if (request.path("dryRun").asBoolean()) {
      return "{\"total\":%d,\"groups\":{\"1f2e\":%1$d}}".formatted(chosen.size());
    }
    var letters = JSON.createArrayNode();
    chosen.stream()
        .filter(id -> id.compareTo(request.path("after").asText()) > 0)
        .limit(PAGE_MAX)
        .forEach(id -> letters.addObject().put("id", id));
    return JSON.createObjectNode().set("letters", letters).toString();
  }

  private String close(JsonNode request) throws IOException {
    var inFile = Files.readString(file());
    for (var id : request.path("ids")) {
      if (!inFile.contains(id.toString())) {
        closedBeforeTheFileHadThem.add(id.asText());
      }
      open.remove(id.asText());
    }
    var answer = JSON.createObjectNode();
    answer.set("archived", request.path("ids"));
    answer.putObject("refused");
    return answer.toString();
  }
}
