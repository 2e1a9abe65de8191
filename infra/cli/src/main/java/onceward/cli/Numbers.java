package onceward.cli;

import java.util.UUID;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads numbers and ids, and refuses other texts without the words of a programming language. */
final class Numbers {

  private Numbers() {}

  /** Lets all commands read numbers and ids so. */
  static CommandLine register(CommandLine commands) {
    register(commands, Integer.class, int.class, Integer::valueOf, "a whole number");
    register(commands, Long.class, long.class, Long::valueOf, "a whole number");
    register(commands, Double.class, double.class, Double::valueOf, "a number");
    return commands.registerConverter(
        UUID.class,
        reader(UUID::fromString, "a UUID, such as 01a22895-1b33-732e-a90e-12fa2349184e"));
  }

  private static <T> void register(
      CommandLine commands, Class<T> boxed, Class<T> plain, Function<String, T> read, String what) {
    commands.registerConverter(boxed, reader(read, what));
    commands.registerConverter(plain, reader(read, what));
  }

  private static <T> ITypeConverter<T> reader(Function<String, T> read, String what) {
    return text -> {
      try {
        return read.apply(text);
      } catch (IllegalArgumentException other) {
        throw new TypeConversionException("'%s' is not %s".formatted(text, what));
      }
    };
  }
}
