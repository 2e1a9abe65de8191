package onceward.benchmarks.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import onceward.benchmarks.CommandRun;
import onceward.benchmarks.Durations;
import onceward.ledger.Ledger;

/** How long it takes to follow a message, an aggregate and a trace. */
final class TraceTimes {

  private static final int WARM_UPS = 5;
  private static final int COMMANDS = 3;

  private final FilledStores stores;
  private final Path config;
  private final int traces;

  TraceTimes(FilledStores stores, Path config, int traces) {
    this.stores = stores;
    this.config = config;
    this.traces = traces;
  }

  /** An entry for each kind of id. */
  List<Map<String, Object>> measure() throws IOException, InterruptedException {
    var entries = new ArrayList<Map<String, Object>>();
    for (var kind : FilledStores.IdKind.values()) {
      entries.add(measure(kind));
    }
    return entries;
  }

  private Map<String, Object> measure(FilledStores.IdKind kind)
      throws IOException, InterruptedException {
    var ids = stores.randomIds(kind, WARM_UPS + traces + COMMANDS);
    var ledger = new Ledger(stores.settings());
    var times = new Durations(traces);
    var messages = 0;
    for (var id : ids.subList(0, WARM_UPS)) {
      messages = follow(ledger, id);
    }
    for (var id : ids.subList(WARM_UPS, WARM_UPS + traces)) {
      times.time(() -> follow(ledger, id));
    }
    var commands = new Durations(COMMANDS);
    for (var id : ids.subList(WARM_UPS + traces, ids.size())) {
      var run = CommandRun.of(List.of("trace", id, "--config", config.toString(), "--json"));
      if (run.exitCode() != 0) {
        throw new IllegalStateException("trace %s ended with %d".formatted(id, run.exitCode()));
      }
      commands.add(run.seconds());
    }
    var entry = new LinkedHashMap<String, Object>();
    entry.put("traceOf", kind.name());
    entry.put("messages", messages);
    entry.put("p50Ms", Math.round(times.percentileMs(0.5)));
    entry.put("maxMs", Math.round(times.percentileMs(1)));
    entry.put("commandP50Ms", Math.round(commands.percentileMs(0.5)));
    entry.put("commandMaxMs", Math.round(commands.percentileMs(1)));
    return entry;
  }

  private static int follow(Ledger ledger, String id) {
    var found = ledger.trace(id, Optional.empty());
    if (found.isEmpty() || found.stream().anyMatch(journey -> !journey.now().equals("handled"))) {
      throw new IllegalStateException("trace %s found %s".formatted(id, found));
    }
    return found.size();
  }
}
