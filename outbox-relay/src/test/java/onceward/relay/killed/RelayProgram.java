package onceward.relay.killed;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import onceward.localstack.process.Ports;
import onceward.messaging.testkit.TestDoor;

/** The relay's program, running, with a name of its own in every message it publishes. */
final class RelayProgram implements AutoCloseable {

  static final String MAIN = "onceward.relay.Application";
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final int OK = 200;

  private final String source;
  private final int port;
  private final RelayProcess process;

  private RelayProgram(String source, int port, RelayProcess process) {
    this.source = source;
    this.port = port;
    this.process = process;
  }

  /**
   * @param source what its messages name as their source
   */
  static RelayProgram start(RelayProcesses processes, String source) throws Exception {
    var port = Ports.free();
    var settings = settings(port);
    settings.put("relay.pipelines." + RelayProcesses.PIPELINE + ".source", source);
    return new RelayProgram(source, port, processes.start(MAIN, settings));
  }

  /** What a program needs besides its pipeline. */
  static Map<String, Object> settings(int managementPort) {
    var settings = new HashMap<String, Object>(TestDoor.properties());
    settings.put("micronaut.server.host", "127.0.0.1");
    settings.put("micronaut.server.port", Ports.free());
    settings.put("management.port", managementPort);
    return settings;
  }

  String source() {
    return source;
  }

  RelayProcess process() {
    return process;
  }

  boolean isStreaming() {
    return isReadyAnd("STREAMING");
  }

  boolean isStandby() {
    return isReadyAnd("STANDBY");
  }

  private boolean isReadyAnd(String state) {
    return read("/health/readiness").contains(state);
  }

  /** A page of the management port; empty if the relay does not show it now. */
  String read(String path) {
    return send(door().get(path)).filter(RelayProgram::isOk).map(HttpResponse::body).orElse("");
  }

  /** The status of what the relay answers to a command; 0 if it does not answer. */
  int post(String path) {
    return send(door()
            .asOperator(HttpRequest.newBuilder(), path)
            .POST(HttpRequest.BodyPublishers.noBody()))
        .map(HttpResponse::statusCode)
        .orElse(0);
  }

  private TestDoor door() {
    return new TestDoor(URI.create("http://127.0.0.1:" + port));
  }

  private static boolean isOk(HttpResponse<String> answer) {
    return answer.statusCode() == OK;
  }

  private static Optional<HttpResponse<String>> send(HttpRequest.Builder request) {
    try {
      return Optional.of(HTTP.send(request.build(), BodyHandlers.ofString()));
    } catch (IOException notYet) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
