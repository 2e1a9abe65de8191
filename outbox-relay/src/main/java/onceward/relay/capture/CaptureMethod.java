package onceward.relay.capture;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which {@link Capture} reads the log. Both give the same messages at the same places, so a
 * pipeline may change its method between two starts.
 */
public enum CaptureMethod {
  /** The relay's own reader of PostgreSQL's replication messages. */
  PGOUTPUT,
  /** Debezium's embedded engine. */
  ENGINE;

  /** The name in settings, e.g. {@code pgoutput}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The method of that name, if there is one. */
  public static Optional<CaptureMethod> of(String code) {
    return Arrays.stream(values()).filter(method -> method.code().equals(code)).findFirst();
  }

  /** All names, for who gave another. */
  public static String codes() {
    return Arrays.stream(values()).map(CaptureMethod::code).collect(Collectors.joining(" or "));
  }
}
