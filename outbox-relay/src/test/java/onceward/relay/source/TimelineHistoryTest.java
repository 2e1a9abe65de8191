package onceward.relay.source;

import static org.assertj.core.api.Assertions.assertThat;

import onceward.relay.position.Lsn;
import org.junit.jupiter.api.Test;

/** The file that PostgreSQL writes says of each earlier timeline where it ended. */
class TimelineHistoryTest {

  @Test
  void every_timeline_that_the_log_comes_from_has_its_end() {
    var history =
        TimelineHistory.parse(
            """
            1\t0/3000158\tno recovery target specified

            # a comment of an administrator
            3\t1A/FF\tbefore transaction 4711 at 2026-11-29 10:00:00+00
            """);

    assertThat(history.endOf(1)).contains(Lsn.parse("0/3000158"));
    assertThat(history.endOf(3)).contains(Lsn.parse("1A/FF"));
  }

  @Test
  void a_timeline_that_it_does_not_come_from_has_none() {
    assertThat(TimelineHistory.parse("1\t0/3000158\tx\n").endOf(2)).isEmpty();
    assertThat(TimelineHistory.NONE.endOf(1)).isEmpty();
  }
}
