package onceward.messaging.retention;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import onceward.messaging.retention.Retained.Outcome;

/**
 * Counts {@code messaging.retention.runs} by table and outcome, and shows for each table whether
 * there is {@code messaging.retention.trouble} (0 or 1) and how many days {@code
 * messaging.retention.ahead} have their partition (-1: not even today; NaN: unknown).
 */
@Singleton
@Requires(bean = MeterRegistry.class)
final class RetentionMeters {

  private final MeterRegistry meters;
  private final Map<Table, Retained> last = new ConcurrentHashMap<>();

  RetentionMeters(MeterRegistry meters) {
    this.meters = meters;
    for (var table : Table.values()) {
      gauge("messaging.retention.trouble", table, run -> run.trouble().isEmpty() ? 0 : 1);
      gauge(
          "messaging.retention.ahead",
          table,
          run -> run.daysAhead().isPresent() ? run.daysAhead().getAsInt() : Double.NaN);
    }
  }

  /** Counts a run by its outcome, and shows what is known since. */
  void record(Outcome outcome, Retained known) {
    last.put(known.table(), known);
    meters
        .counter(
            "messaging.retention.runs",
            "table",
            known.table().toString(),
            "outcome",
            outcome.name().toLowerCase(Locale.ROOT))
        .increment();
  }

  private void gauge(String name, Table table, ToDoubleFunction<Retained> value) {
    Gauge.builder(
            name,
            last,
            runs -> runs.containsKey(table) ? value.applyAsDouble(runs.get(table)) : Double.NaN)
        .tag("table", table.toString())
        .register(meters);
  }
}
