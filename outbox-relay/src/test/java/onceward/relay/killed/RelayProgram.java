package onceward.relay.killed;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
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
  static RelayProgram start(RelayProcesses processes, String source) throws IOException {
    var port = Ports.free();
    var settings = new HashMap<String, Object>(TestDoor.properties());
    settings.put("micronaut.server.host", "127.0.0.1");
    settings.put("micronaut.server.port", Ports.free());
    settings.put("management.port", port);
    settings.put("relay.pipelines." + RelayProcesses.PIPELINE + ".source", source);
    return new RelayProgram(source, port, processes.start(MAIN, settings));
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
    var health = new TestDoor(URI.create("http://127.0.0.1:" + port)).get("/health/readiness");
    try {
      var answer = HTTP.send(health.build(), BodyHandlers.ofString());
      return answer.statusCode() == OK && answer.body().contains(state);
    } catch (IOException notYet) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
