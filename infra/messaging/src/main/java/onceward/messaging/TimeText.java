package onceward.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.time.LocalDate;

/**
 * The text of an instant as {@link Instant#toString} gives it, without the formatter of the JDK,
 * which stood high among the processor samples of a relay that publishes a backlog.
 */
final class TimeText {

  private static final long MS_IN_S = 1_000;
  private static final int S_IN_DAY = 86_400;
  private static final int S_IN_MINUTE = 60;
  private static final int MINUTES_IN_HOUR = 60;
  private static final long YEAR_10000 = Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();
  private static final byte[] FORM = "0000-00-00T00:00:00.000Z".getBytes(UTF_8);
  private static final byte[] FORM_OF_SECONDS = "0000-00-00T00:00:00Z".getBytes(UTF_8);

  private TimeText() {}

  /** In UTF-8. What is finer than a millisecond is left out. */
  static byte[] utf8(Instant time) {
    var milliseconds = time.toEpochMilli();
    if (milliseconds < 0 || milliseconds > YEAR_10000) {
      return Instant.ofEpochMilli(milliseconds).toString().getBytes(UTF_8);
    }
    var fraction = (int) (milliseconds % MS_IN_S);
    var seconds = milliseconds / MS_IN_S;
    var date = LocalDate.ofEpochDay(seconds / S_IN_DAY);
    var ofDay = (int) (seconds % S_IN_DAY);
    var text = fraction == 0 ? FORM_OF_SECONDS.clone() : FORM.clone();
    digits(text, 3, date.getYear());
    digits(text, 6, date.getMonthValue());
    digits(text, 9, date.getDayOfMonth());
    digits(text, 12, ofDay / S_IN_MINUTE / MINUTES_IN_HOUR);
    digits(text, 15, ofDay / S_IN_MINUTE % MINUTES_IN_HOUR);
    digits(text, 18, ofDay % S_IN_MINUTE);
    if (fraction != 0) {
      digits(text, 22, fraction);
    }
    return text;
  }

  /** Writes a number over the zeros that end there. */
  private static void digits(byte[] text, int last, int number) {
    var rest = number;
    for (var place = last; rest > 0; place--) {
      text[place] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }
}
