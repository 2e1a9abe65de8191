package onceward.cli.stack;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import onceward.localstack.LocalStack;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** One property of one program, as given with {@code --set auth-service:key=value}. */
record Setting(String program, String property, String value) {

  private static final Pattern FORM = Pattern.compile("([a-z-]+):([^=]+)=(.*)");

  /** Reads the text of the option. */
  static final class Reader implements ITypeConverter<Setting> {

    @Override
    public Setting convert(String text) {
      Matcher matcher = FORM.matcher(text);
      if (!matcher.matches()) {
        throw new TypeConversionException(
            "\"" + text + "\" is not of the form program:property=value");
      }
      requireProgram(matcher.group(1));
      return new Setting(matcher.group(1), matcher.group(2), matcher.group(3));
    }

    private static void requireProgram(String name) {
      if (!LocalStack.programNames().contains(name)) {
        throw new TypeConversionException(
            "there is no program \"%s\": choose one of %s"
                .formatted(name, String.join(", ", LocalStack.programNames())));
      }
    }
  }
}
