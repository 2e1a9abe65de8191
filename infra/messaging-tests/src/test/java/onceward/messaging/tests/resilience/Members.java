package onceward.messaging.tests.resilience;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import onceward.messaging.testkit.TestDoor;

/** The processes of one service, each a context of its own in this JVM. */
final class Members implements AutoCloseable {

  private final Map<String, Object> settings;
  private final boolean named;
  private final List<EmbeddedServer> running = new ArrayList<>();

  /**
   * Starts so many.
   *
   * @param named whether each has a name that survives its restart
   */
  Members(int count, boolean named, Map<String, ?> settings) {
    this.settings = new HashMap<>(settings);
    this.named = named;
    for (var member = 0; member < count; member++) {
      running.add(start(member));
    }
  }

  /** Ends one and starts it again; returns when it is ready. */
  void restart(int member) {
    restartUnready(member);
    awaitReady(member);
  }

  /** Ends one and starts it again. */
  void restartUnready(int member) {
    running.get(member).close();
    running.set(member, start(member));
  }

  void awaitReady() {
    for (var member = 0; member < running.size(); member++) {
      awaitReady(member);
    }
  }

  Readiness readiness(int member) {
    return new Readiness(TestDoor.of(running.get(member).getApplicationContext()));
  }

  int count() {
    return running.size();
  }

  /** What the member of that number is configured with. */
  Map<String, Object> settings(int member) {
    var own = new HashMap<>(settings);
    own.remove("messaging.instance");
    if (named) {
      own.put("messaging.instance", settings.get(Effects.CONSUMER) + "-" + member);
    }
    return own;
  }

  private void awaitReady(int member) {
    await().atMost(120, SECONDS).until(() -> readiness(member).isUp());
  }

  private EmbeddedServer start(int member) {
    return ApplicationContext.run(EmbeddedServer.class, settings(member));
  }

  /** All at once, as each waits for its consumer's last answer. */
  @Override
  public void close() {
    running.parallelStream().forEach(EmbeddedServer::close);
  }
}
