package onceward.gateway;

import com.nimbusds.jose.jwk.ECKey;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** The real gateway on a free port, with two stub services behind it. */
public final class RunningGateway implements AutoCloseable {
  private static final int RAW_PATIENCE_MS = 10_000;
  private static final Duration PATIENCE = Duration.ofSeconds(45);

  public final ECKey key = Tokens.key("k1");
  public final StubService auth = new StubService();
  public final StubService user = new StubService();
  private final EmbeddedServer server;
  private final HttpClient http = HttpClient.newHttpClient();

  public RunningGateway() {
    this(Map.of());
  }

  public RunningGateway(Map<String, Object> settings) {
    publishKeys(key);
    Map<String, Object> all = new HashMap<>();
    all.put("auth-service.url", auth.url());
    all.put("user-service.url", user.url());
    all.put("auth.issuer", Tokens.ISSUER);
    all.put("micronaut.server.host", "127.0.0.1");
    all.put("micronaut.server.port", -1);
    all.putAll(settings);
    server = ApplicationContext.run(EmbeddedServer.class, all);
  }

  public <T> T bean(Class<T> type) {
    return server.getApplicationContext().getBean(type);
  }

  public InetAddress host() {
    return InetAddress.getLoopbackAddress();
  }

  public int port() {
    return server.getPort();
  }

  public void publishKeys(ECKey... keys) {
    auth.answers("/.well-known/jwks.json", 200, Tokens.keySet(keys));
  }

  /** Forgets what the services were asked and told to answer. */
  public void forget() {
    auth.forget();
    user.forget();
    publishKeys(key);
  }

  public HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.getPort() + path))
        .timeout(PATIENCE);
  }

  public HttpRequest.Builder asUser(String path) {
    return to(path).header("Authorization", "Bearer " + Tokens.valid(key));
  }

  public HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError(interrupted);
    }
  }

  public HttpResponse<String> post(String path, String json) {
    return send(
        to(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  /**
   * Sends lines a decent client would not (one of them {@code Connection: close}) and returns all
   * that comes back.
   */
  public String sendRaw(String... lines) {
    String text = String.join("\r\n", lines);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.getPort())) {
      socket.setSoTimeout(RAW_PATIENCE_MS);
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public void close() {
    http.close();
    server.close();
    auth.close();
    user.close();
  }
}
