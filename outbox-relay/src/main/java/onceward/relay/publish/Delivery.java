package onceward.relay.publish;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** How often a message may come to be in its topic. Never not at all, in either mode. */
public enum Delivery {
  /** Once, and now and then again: when something dies, and at restarts. */
  AT_LEAST_ONCE,
  /** Once, as far as consumers see that read only what is committed. */
  EXACTLY_ONCE;

  /** The name in settings, e.g. {@code exactly-once}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The mode of that name, if there is one. */
  public static Optional<Delivery> of(String code) {
    return Arrays.stream(values()).filter(mode -> mode.code().equals(code)).findFirst();
  }

  /** All names, for who gave another. */
  public static String codes() {
    return Arrays.stream(values()).map(Delivery::code).collect(Collectors.joining(" or "));
  }
}
