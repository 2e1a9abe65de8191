package onceward.relay.operations;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import onceward.relay.pipeline.Transition;
import onceward.relay.quarantine.Quarantine;
import org.jspecify.annotations.Nullable;

/** How a pipeline stands, under the names that scripts know. */
final class PipelineReport {

  private PipelineReport() {}

  static Map<String, Object> of(OperatedPipeline operated) {
    var pipeline = operated.pipeline();
    var status = pipeline.status();
    var metrics = operated.metrics();
    var report = new LinkedHashMap<String, Object>();
    report.put("pipeline", pipeline.name());
    report.put("server", pipeline.server());
    report.put("state", status.phase().name());
    report.put("since", status.since().toString());
    report.put("sentence", status.sentence());
    status
        .stop()
        .ifPresent(stop -> {
          report.put("reason", stop.reason().code());
          report.put("remedy", stop.remedy());
          if (stop.poison() != null) {
            report.put("message", stop.poison().messageId());
          }
        });
    if (!pipeline.warnings().isEmpty()) {
      report.put("warnings", pipeline.warnings());
    }
    report.put("published", metrics.published());
    report.put("inFlight", pipeline.inFlight());
    metrics.parked().ifPresent(parked -> report.put("parkedMessages", parked));
    report.put("restarts", metrics.restartCount());
    report.put("failuresInARow", pipeline.failures());
    metrics.lastThrough().ifPresent(last -> report.put("canaryAgeSeconds", secondsSince(last)));
    pipeline
        .slot()
        .ifPresent(slot -> {
          report.put("retainedBytes", slot.retainedBytes());
          report.put("walStatus", String.valueOf(slot.walStatus()));
        });
    report.put("history", pipeline.history().stream().map(PipelineReport::of).toList());
    return report;
  }

  private static Map<String, Object> of(Transition transition) {
    var report = new LinkedHashMap<String, Object>();
    report.put("at", transition.at().toString());
    report.put("from", transition.from().name());
    report.put("to", transition.to().name());
    report.put("cause", transition.cause());
    var by = transition.by();
    if (by != null) {
      report.put("operator", by.name());
      put(report, "role", by.role());
      put(report, "address", by.address());
    }
    return report;
  }

  static Map<String, Object> of(Quarantine.Listed waiting) {
    var report = new LinkedHashMap<String, Object>();
    report.put("message", waiting.messageId());
    report.put("aggregateType", waiting.key().aggregateType());
    report.put("aggregateId", waiting.key().aggregateId());
    report.put("type", waiting.type());
    report.put("parkedAt", waiting.parkedAt().toInstant().toString());
    put(report, "quarantinedBy", waiting.quarantinedBy());
    put(report, "reason", waiting.reason());
    put(report, "releaseAskedBy", waiting.releaseAskedBy());
    put(report, "discardedBy", waiting.discardedBy());
    return report;
  }

  private static void put(Map<String, Object> report, String name, @Nullable String value) {
    if (value != null) {
      report.put(name, value);
    }
  }

  private static double secondsSince(Instant time) {
    return Duration.between(time, Instant.now()).toMillis() / 1_000.0;
  }
}
