package onceward.cli.program;

import java.time.Instant;
import onceward.ledger.source.Moments;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Takes a moment: {@code 2h} ago, a day of UTC, or a time. */
public final class Moment implements ITypeConverter<Instant> {

  @Override
  public Instant convert(String text) {
    try {
      return Moments.parse(text);
    } catch (IllegalArgumentException noMoment) {
      throw new TypeConversionException(String.valueOf(noMoment.getMessage()));
    }
  }
}
