package onceward.localstack;

import java.util.Locale;

/** Durations for people. */
final class Elapsed {

  private static final double NANOS = 1e9;

  private Elapsed() {}

  static String since(long startNanos) {
    return String.format(Locale.ROOT, "%.1f s", (System.nanoTime() - startNanos) / NANOS);
  }
}
