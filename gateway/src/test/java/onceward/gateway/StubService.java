package onceward.gateway;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A service behind the gateway: answers as told and remembers what it was asked. */
public final class StubService implements AutoCloseable {

  /** The default, 50, is less than some tests open at once: the system would drop the others. */
  private static final int CONNECTIONS_WAITING_MAX = 1_024;

  /** What arrived, as it arrived. */
  public record Asked(String method, String uri, Headers headers, String body) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private final Map<String, HttpHandler> answers = new ConcurrentHashMap<>();
  private final LinkedBlockingQueue<Asked> asked = new LinkedBlockingQueue<>();

  public StubService() {
    this(0);
  }

  public StubService(int port) {
    try {
      var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      server = HttpServer.create(address, CONNECTIONS_WAITING_MAX);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  public int port() {
    return server.getAddress().getPort();
  }

  public String url() {
    return "http://127.0.0.1:" + port();
  }

  public StubService answers(String path, HttpHandler answer) {
    answers.put(path, answer);
    return this;
  }

  public StubService answers(String path, int status, String json) {
    return answers(path, exchange -> reply(exchange, status, json));
  }

  /** The next call that arrived; fails if none does. */
  public Asked asked() {
    try {
      Asked next = asked.poll(5, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("nothing was asked of the service");
      }
      return next;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError(interrupted);
    }
  }

  public int askedSoFar() {
    return asked.size();
  }

  public void forget() {
    asked.clear();
    answers.clear();
  }

  public static void reply(HttpExchange exchange, int status, String json) throws IOException {
    byte[] body = json.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    try (var out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getRawPath();
    String body =
        new String(
            exchange.getRequestBody().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    if (!path.startsWith("/.well-known")) {
      asked.add(
          new Asked(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              exchange.getRequestHeaders(),
              body));
    }
    answers.getOrDefault(path, e -> reply(e, 404, "{}")).handle(exchange);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
