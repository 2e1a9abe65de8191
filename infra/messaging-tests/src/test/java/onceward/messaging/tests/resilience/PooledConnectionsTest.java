package onceward.messaging.tests.resilience;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import onceward.messaging.testkit.TestService;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Goal: behind pgbouncer with transaction pooling, everything is handled once and in order.
 *
 * <p>Method: the real pgbouncer, with fewer server connections than the service has clients; the
 * service is configured as the documentation says.
 */
class PooledConnectionsTest {

  private static final int MESSAGES_PER_SECOND = 200;
  private static final int MESSAGES = 600;

  private static Path program = Path.of("pgbouncer");

  @BeforeAll
  static void findProgram() {
    var installed = PgBouncer.installed();
    assumeTrue(installed.isPresent(), "pgbouncer is not installed: apt-get install pgbouncer");
    program = installed.orElseThrow();
  }

  /** As the documentation says: statements have no names then. */
  @Test
  void behind_a_pooler_everything_is_handled_once_and_in_order() throws Exception {
    try (var service = TestService.create("pooled", "pooled.events");
        var bouncer = new PgBouncer(program, service.properties());
        var members =
            new Members(1, true, settings(service, bouncer, "prepareThreshold=0", "pooled"));
        var load = Load.start("pooled", MESSAGES_PER_SECOND);
        var database = service.connect()) {
      var outcome = new Outcome(database, "pooled");
      await().atMost(120, SECONDS).until(() -> outcome.effects() > MESSAGES);
      var sent = load.stop();
      await()
          .atMost(120, SECONDS)
          .untilAsserted(() -> assertThat(outcome.effects()).isGreaterThanOrEqualTo(sent.size()));
      outcome.assertEachOnceAndInOrder(sent);
      outcome.assertNothingSetAside();
      members.awaitReady();
    }
  }

  private static Map<String, Object> settings(
      TestService service, PgBouncer bouncer, String parameters, String type) {
    var settings = new HashMap<String, Object>(service.properties());
    settings.put("datasources.default.url", bouncer.url(parameters));
    settings.put("datasources.default.maximum-pool-size", 8);
    settings.put("datasources.default.connection-timeout", 5_000);
    settings.put(
        "datasources.default.connection-init-sql",
        "select set_config('lock_timeout', '10s', false)");
    settings.put(Effects.TOPIC, type + ".events");
    settings.put(Effects.CONSUMER, type);
    return settings;
  }
}
