package onceward.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** Goal: two settings, and spans arrive at a collector; those of calls that matter only. */
class ExportTest {

  @Test
  void spans_of_calls_are_sent_to_the_collector_and_those_of_health_checks_are_not()
      throws IOException {
    var received = new ConcurrentLinkedQueue<String>();
    var collector = collector(received);
    var endpoint = "http://127.0.0.1:" + collector.getAddress().getPort();
    try (var gateway =
        new RunningGateway(
            Map.of(
                "otel.traces.exporter", "otlp",
                "otel.exporter.otlp.endpoint", endpoint,
                "otel.bsp.schedule.delay", "100"))) {
      gateway.auth.answers("/v1/accounts/42", 200, "{}");
      assertThat(gateway.send(gateway.to("/health/readiness")).statusCode()).isEqualTo(200);
      assertThat(gateway.send(gateway.to("/v1/accounts/42")).statusCode()).isEqualTo(200);

      await()
          .atMost(20, SECONDS)
          .untilAsserted(() -> assertThat(String.join("", received)).contains("/v1/accounts/42"));
      assertThat(String.join("", received)).doesNotContain("/health");
    } finally {
      collector.stop(0);
    }
  }

  /** Method: the texts in a span stand in the binary form as they are. */
  private static HttpServer collector(Queue<String> received) throws IOException {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var collector = HttpServer.create(address, 0);
    collector.createContext(
        "/v1/traces",
        exchange -> {
          received.add(new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    collector.start();
    return collector;
  }
}
