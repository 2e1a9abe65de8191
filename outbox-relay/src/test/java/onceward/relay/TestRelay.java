package onceward.relay;

import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import onceward.messaging.testkit.TestDoor;
import onceward.messaging.testkit.TestServers;
import onceward.relay.operations.OperatedPipeline;
import onceward.relay.pipeline.Pipeline;

/** The whole relay, with its server, inside the test's JVM. */
final class TestRelay implements AutoCloseable {

  private final EmbeddedServer server;
  private final HttpClient http = HttpClient.newHttpClient();

  private TestRelay(EmbeddedServer server) {
    this.server = server;
  }

  @SafeVarargs
  static TestRelay start(Map<String, Object>... pipelines) {
    var properties = new HashMap<String, Object>();
    properties.put("micronaut.server.port", -1);
    properties.put("micronaut.server.host", "127.0.0.1");
    properties.putAll(TestDoor.properties());
    properties.put("kafka.bootstrap-servers", TestServers.kafka().bootstrapServers());
    for (var pipeline : pipelines) {
      properties.putAll(pipeline);
    }
    var server = ApplicationContext.run(EmbeddedServer.class, properties);
    server.getApplicationContext().getBean(Relay.class).start();
    return new TestRelay(server);
  }

  /** Status and body of a page. */
  HttpResponse<String> get(String path) {
    return send(path, HttpRequest.newBuilder());
  }

  HttpResponse<String> post(String path) {
    return send(path, HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.noBody()));
  }

  HttpResponse<String> post(String path, String json) {
    return send(
        path,
        HttpRequest.newBuilder()
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  private HttpResponse<String> send(String path, HttpRequest.Builder request) {
    try {
      return http.send(
          TestDoor.of(server.getApplicationContext()).asOperator(request, path).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IllegalStateException(path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(path, e);
    }
  }

  String health() {
    return get("/health/readiness").body();
  }

  Pipeline pipeline(String pipeline) {
    return server.getApplicationContext().getBean(Relay.class).all().stream()
        .map(OperatedPipeline::pipeline)
        .filter(one -> one.name().equals(pipeline))
        .findFirst()
        .orElseThrow();
  }

  boolean isReady() {
    return get("/health/readiness").statusCode() == 200;
  }

  @Override
  public void close() {
    server.getApplicationContext().close();
  }
}
