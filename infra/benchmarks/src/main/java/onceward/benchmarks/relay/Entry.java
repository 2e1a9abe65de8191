package onceward.benchmarks.relay;

import java.util.LinkedHashMap;
import java.util.Map;

/** The figures of one relay, by name, in the order in which they are shown. For one thread. */
final class Entry {

  private static final double THOUSANDTHS = 1_000;

  private final Map<String, Object> figures = new LinkedHashMap<>();

  /** Begins with the name of the relay. */
  static Entry of(String name) {
    return new Entry().add("name", name);
  }

  /** Adds one; a fraction is kept to three digits. */
  Entry add(String name, Object figure) {
    figures.put(
        name,
        figure instanceof Double number
            ? (Object) (Math.round(number * THOUSANDTHS) / THOUSANDTHS)
            : figure);
    return this;
  }

  Map<String, Object> figures() {
    return figures;
  }
}
