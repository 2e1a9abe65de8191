package onceward.relay.operations;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import onceward.relay.republish.Republish;
import onceward.relay.republish.Unpublished;
import org.jspecify.annotations.Nullable;

/** A request to republish, under the names that scripts know. */
final class RepublishReport {

  private RepublishReport() {}

  /** With how its pipeline stands: a pipeline that does not stream carries out nothing. */
  static Map<String, Object> of(OperatedPipeline operated, Republish request) {
    var status = operated.pipeline().status();
    var report = new LinkedHashMap<String, Object>();
    report.put("request", request.id());
    report.put("pipeline", operated.name());
    report.put("pipelineState", status.phase().name());
    report.put("pipelineSentence", status.sentence());
    status
        .stop()
        .ifPresent(stop -> {
          report.put("pipelineReason", stop.reason().code());
          report.put("pipelineRemedy", stop.remedy());
        });
    report.put("state", request.state().name());
    report.put("operator", request.operator());
    put(report, "reason", request.reason());
    report.put("messages", request.messages());
    report.put("published", request.published());
    report.put("waiting", request.waiting());
    report.put("unpublished", counts(request));
    put(report, "trouble", request.trouble());
    put(report, "refusedMessage", request.refused());
    report.put("requestedAt", request.requestedAt().toString());
    put(report, "startedAt", request.startedAt());
    put(report, "endedAt", request.endedAt());
    return report;
  }

  /** The same, with the messages that are not published for good. */
  static Map<String, Object> of(
      OperatedPipeline operated, Republish request, Map<UUID, Unpublished> unpublished) {
    var report = of(operated, request);
    report.put(
        "unpublishedMessages",
        unpublished.entrySet().stream()
            .sorted(
                Map.Entry.<UUID, Unpublished>comparingByValue()
                    .thenComparing(Map.Entry.comparingByKey()))
            .map(one -> Map.of("message", one.getKey(), "why", one.getValue().code()))
            .toList());
    return report;
  }

  static List<Map<String, Object>> of(OperatedPipeline operated, List<Republish> requests) {
    return requests.stream().map(one -> of(operated, one)).toList();
  }

  private static Map<String, Long> counts(Republish request) {
    var counts = new LinkedHashMap<String, Long>();
    Arrays.stream(Unpublished.values())
        .forEach(why -> counts.put(why.code(), request.unpublished().getOrDefault(why, 0L)));
    return counts;
  }

  private static void put(Map<String, Object> report, String name, @Nullable Object value) {
    if (value != null) {
      report.put(name, value.toString());
    }
  }
}
