package onceward.benchmarks.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The relay and its peers publish what they are measured by, each row once. Debezium Server is left
 * out: it would have to be fetched.
 */
final class MeasuredRelaysTest {

  private static final int HEAP_MB = 128;
  private static final int ROWS = 300;

  /** For what takes longer than the rest, or needs the jar of the relay. */
  private static final String WITH_RELAY = "benchmarks.relay";

  private static final Relay ONCEWARD = new OncewardRelay("onceward", HEAP_MB, Map.of());
  private static final Relay FLOOR = new FloorRelay("floor", HEAP_MB);
  private static final Relay POLLING = new PollingRelay("polling", HEAP_MB);

  @Test
  void the_floor_publishes_a_backlog() {
    published(FLOOR);
  }

  @Test
  void the_poller_publishes_a_backlog() {
    published(POLLING);
  }

  @Test
  @EnabledIfSystemProperty(named = WITH_RELAY, matches = "true")
  void the_relay_publishes_a_backlog() {
    published(ONCEWARD);
  }

  @Test
  @EnabledIfSystemProperty(named = WITH_RELAY, matches = "true")
  void rows_come_while_they_are_appended_and_alone() {
    var schedule = new Schedule(50, 1, 2);
    try (var home = RelayHome.cold()) {
      var found =
          new LatencyTurn(
                  home,
                  FLOOR,
                  new Rows("smoke-latency", 10),
                  schedule,
                  2,
                  3,
                  new Payloads(100),
                  Duration.ofMillis(100),
                  new LoneRows(3, Duration.ofMillis(50)))
              .run("smoke_latency");

      assertThat(found.check().faults()).isEmpty();
      assertThat(found.fromCommit().count()).isEqualTo(100);
      assertThat(found.fromIdle().count()).isEqualTo(3);
      assertThat(found.fromCommit().ms(50)).isPositive();
    }
  }

  private static void published(Relay relay) {
    try (var home = RelayHome.cold()) {
      var backlog = new Backlog(new Rows("smoke-" + relay.name(), 7), ROWS, 10, new Payloads(100));

      var found = new BacklogTurn(home, relay, backlog).run("smoke_" + relay.name());

      assertThat(found.check().faults()).isEmpty();
      assertThat(found.rowsPerSecond()).isPositive();
      assertThat(found.cpuSeconds()).isPositive();
    }
  }
}
