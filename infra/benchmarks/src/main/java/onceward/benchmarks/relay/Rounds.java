package onceward.benchmarks.relay;

import java.util.List;
import java.util.function.ToDoubleFunction;
import onceward.benchmarks.relay.Completeness.Verdict;

/** What all rounds found together. */
record Rounds<T extends Round>(List<T> all) {

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
        .map(round -> Math.round(figure.applyAsDouble(round) * THOUSANDTHS) / THOUSANDTHS)
        .toList();
  }

  Verdict verdict() {
    return all.stream().map(Round::verdict).reduce(Verdict::plus).orElseThrow();
  }
}
