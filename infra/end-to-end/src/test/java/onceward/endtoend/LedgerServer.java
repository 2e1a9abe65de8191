package onceward.endtoend;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code infra/onceward serve} for the running system, as a process, with calls as an operator. */
final class LedgerServer implements AutoCloseable {

  private static final Pattern ADDRESS = Pattern.compile("The ledger answers at (\\S+)");
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Process process;
  private final String url;

  private LedgerServer(Process process, String url) {
    this.process = process;
    this.url = url;
  }

  /** Returns when it answers, on a free port. */
  static LedgerServer start() throws IOException {
    var process = CommandLine.start("serve", "--port", "0");
    var printed = process.inputReader();
    var url =
        lines(printed)
            .flatMap(line -> ADDRESS.matcher(line).results())
            .map(found -> found.group(1))
            .findFirst()
            .orElseThrow(() -> new AssertionError("serve has ended before it answered"));
    // What nobody reads would fill the pipe, and stop whoever logs.
    Thread.ofVirtual().start(() -> lines(printed).forEach(_ -> {}));
    return new LedgerServer(process, url);
  }

  private static Stream<String> lines(BufferedReader printed) {
    return printed.lines();
  }

  String url() {
    return url;
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(URI.create(url + path)));
  }

  HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(URI.create(url + path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    var token = Files.readString(RunningSystem.stack().operatorTokens().operator()).strip();
    return HTTP.send(
        request.header("Authorization", "Bearer " + token).build(), BodyHandlers.ofString());
  }

  /** As an operator stops it. Returns its exit code. */
  int stop() throws InterruptedException {
    process.destroy();
    return process.waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
