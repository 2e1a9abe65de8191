package onceward.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimeTextTest {

  /** The last that a UUIDv7 holds, in the year 10889. */
  private static final long LAST = (1L << 48) - 1;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1970-01-01T00:00:00Z",
        "1970-01-01T00:00:00.001Z",
        "2000-02-29T09:08:07.060Z",
        "2026-11-29T21:59:59.999Z",
        "2026-12-31T23:59:00.100Z",
        "9999-12-31T23:59:59.999Z",
        "+10000-01-01T00:00:00Z",
        "1969-12-31T23:59:59.999Z"
      })
  void a_time_has_the_text_of_its_instant(String text) {
    assertThat(TimeText.utf8(Instant.parse(text))).asString(UTF_8).isEqualTo(text);
  }

  @Test
  void any_time_of_an_id_has_the_text_of_its_instant() {
    new Random(7)
        .longs(10_000, 0, LAST)
        .mapToObj(Instant::ofEpochMilli)
        .forEach(
            time -> assertThat(TimeText.utf8(time)).asString(UTF_8).isEqualTo(time.toString()));
  }
}
