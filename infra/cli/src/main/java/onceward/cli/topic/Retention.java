package onceward.cli.topic;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A time in days or hours, as a user writes it: {@code 7d}, {@code 36h}. */
record Retention(Duration duration) {

  private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,4})([dh])");

  /** Reads the text of an option. */
  static final class Reader implements ITypeConverter<Retention> {

    @Override
    public Retention convert(String text) {
      Matcher matcher = FORM.matcher(text);
      if (!matcher.matches()) {
        throw new TypeConversionException(
            "\"" + text + "\" is not a time in days or hours, such as 7d or 36h");
      }
      long count = Long.parseLong(matcher.group(1));
      return new Retention(
          matcher.group(2).equals("d") ? Duration.ofDays(count) : Duration.ofHours(count));
    }
  }

  boolean isLongerThan(Retention other) {
    return duration.compareTo(other.duration) > 0;
  }

  @Override
  public String toString() {
    return duration.toHours() % 24 == 0 ? duration.toDays() + "d" : duration.toHours() + "h";
  }
}
