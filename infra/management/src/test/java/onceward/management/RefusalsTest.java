package onceward.management;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Promise: every refusal is counted, and a flood of refusals does not fill the log. */
class RefusalsTest {

  private final Logger logger = (Logger) LoggerFactory.getLogger(Refusals.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private Instant now = Instant.EPOCH;
  private final Refusals refusals = new Refusals(() -> now);

  @BeforeEach
  void listen() {
    lines.start();
    logger.setLevel(Level.INFO);
    logger.addAppender(lines);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(lines);
    logger.setLevel(null);
  }

  @Test
  void the_lines_of_a_minute_are_bounded_and_the_next_one_says_how_many_are_missing() {
    add(1_000);
    assertThat(lines.list).hasSize(Refusals.LINES_MAX);
    assertThat(lines.list.getFirst().getFormattedMessage())
        .isEqualTo("The management port refused GET /deeds by 'ops' at ::1: right-missing");

    now = now.plus(Refusals.PERIOD);
    add(1);
    assertThat(lines.list.getLast().getFormattedMessage())
        .endsWith(": right-missing; 990 refusals before it are not logged");
  }

  @Test
  void each_refusal_is_counted_by_its_reason() {
    var registry = new SimpleMeterRegistry();
    new RefusalMeters(refusals).bindTo(registry);
    add(1_000);
    refusals.add(Refusal.NO_TOKEN, "GET /deeds");
    assertThat(counted(registry, "right-missing")).isEqualTo(1_000);
    assertThat(counted(registry, "no-token")).isEqualTo(1);
    assertThat(counted(registry, "host-not-allowed")).isZero();
  }

  private static double counted(SimpleMeterRegistry registry, String reason) {
    return registry.get("management.refused").tag("reason", reason).functionCounter().count();
  }

  private void add(int count) {
    for (int i = 0; i < count; i++) {
      refusals.add(Refusal.RIGHT_MISSING, new DoorCaller("ops", "::1", "GET /deeds").toString());
    }
  }
}
