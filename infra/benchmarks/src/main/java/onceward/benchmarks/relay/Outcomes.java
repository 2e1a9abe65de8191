package onceward.benchmarks.relay;

import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** What all turns of a relay found together. */
record Outcomes<T extends Outcome>(List<T> all) {

  private static final double THOUSANDTHS = 1_000;

  double median(ToDoubleFunction<T> figure) {
    var sorted = all.stream().mapToDouble(figure).sorted().toArray();
    var middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  double max(ToDoubleFunction<T> figure) {
    return all.stream().mapToDouble(figure).max().orElseThrow();
  }

  List<Double> each(ToDoubleFunction<T> figure) {
    return all.stream()
        .map(turn -> Math.round(figure.applyAsDouble(turn) * THOUSANDTHS) / THOUSANDTHS)
        .toList();
  }

  /** Why the figures do not count; empty if they do. */
  Optional<String> refusal() {
    var faults =
        all.stream()
            .flatMap(turn -> turn.check().faults().stream())
            .collect(Collectors.joining("; "));
    return faults.isEmpty() ? Optional.empty() : Optional.of(faults);
  }
}
