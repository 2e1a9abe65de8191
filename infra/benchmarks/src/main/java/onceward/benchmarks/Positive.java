package onceward.benchmarks;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A number of which at least one is needed. */
public final class Positive implements ITypeConverter<Integer> {

  private static final String DIGITS = "[1-9][0-9]{0,8}";

  @Override
  public Integer convert(String value) {
    if (!value.matches(DIGITS)) {
      throw new TypeConversionException(
          "'%s' is not allowed; allowed: 1 to 999999999".formatted(value));
    }
    return Integer.valueOf(value);
  }
}
