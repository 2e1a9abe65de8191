package onceward.messaging.replay.operations;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import onceward.messaging.readmodel.Generations;
import onceward.messaging.readmodel.ReadModel;
import onceward.messaging.replay.Replay;
import onceward.messaging.replay.ReplayFailure;
import onceward.messaging.replay.ReplayOutcome;
import onceward.messaging.replay.ReplayRange;
import onceward.messaging.replay.RestoreStep;
import onceward.messaging.subscription.Subscription;

/** Replays as JSON, in fields whose names do not change. A field without a value is left out. */
final class ReplayReport {

  private ReplayReport() {}

  static Map<String, Object> of(Replay replay) {
    var request = replay.request();
    var report = new LinkedHashMap<String, Object>();
    report.put("replay", replay.id());
    report.put("consumer", request.consumer());
    report.put("topic", request.topic());
    report.put("mode", request.mode().text());
    report.put("state", replay.state().text());
    report.put("operator", request.operator());
    report.put("reason", request.reason());
    report.put("selection", request.selection().toString());
    report.put("messages", request.selection().messages());
    report.put("keys", request.selection().keys());
    report.put("types", request.selection().types());
    report.put("rate", request.rate());
    report.put("failuresMax", request.failuresMax());
    report.put("deadLetters", request.deadLetters());
    report.put("offsets", replay.ranges().stream().mapToLong(ReplayReport::length).sum());
    report.put("offsetsLeft", replay.ranges().stream().mapToLong(ReplayRange::left).sum());
    report.put("planned", counts(replay.planned()));
    report.put("counts", counts(replay.counts()));
    report.put("requestedAt", replay.requestedAt());
    report.put("startedAt", replay.startedAt());
    report.put("endedAt", replay.endedAt());
    report.put("planNote", replay.planNote());
    report.put("note", replay.note());
    report.put("trouble", replay.trouble());
    return withoutNulls(report);
  }

  /** With the ranges, and the messages that failed, as many as are listed. */
  static Map<String, Object> of(Replay replay, List<ReplayFailure> failures) {
    var report = of(replay);
    report.put("ranges", replay.ranges().stream().map(ReplayReport::of).toList());
    report.put("failures", failures.stream().map(ReplayReport::of).toList());
    return report;
  }

  static Map<String, Object> of(Subscription subscription) {
    return Map.of(
        "consumer", subscription.consumer(),
        "topic", subscription.topic(),
        "types", subscription.types().stream().sorted().toList(),
        "neverReplayed", subscription.neverReplayed());
  }

  static Map<String, Object> of(ReadModel<?> model, Generations generations) {
    var report = new LinkedHashMap<String, Object>();
    report.put("name", model.name());
    report.put("consumer", model.consumer());
    report.put("topic", model.topic());
    report.put("live", generations.live());
    report.put("building", generations.building());
    report.put("replay", generations.replay());
    return withoutNulls(report);
  }

  static Map<String, Object> of(RestoreStep step) {
    var report = new LinkedHashMap<String, Object>();
    report.put("mode", step.mode().text());
    report.put("consumer", step.consumer());
    report.put("topic", step.topic());
    report.put("done", step.done());
    report.put("replay", step.latest() == null ? null : step.latest().id());
    return withoutNulls(report);
  }

  private static long length(ReplayRange range) {
    return range.until() - range.from();
  }

  private static Map<String, Object> of(ReplayRange range) {
    return Map.of(
        "partition", range.partition(),
        "from", range.from(),
        "until", range.until(),
        "next", range.next());
  }

  private static Map<String, Object> of(ReplayFailure failure) {
    var report = new LinkedHashMap<String, Object>();
    report.put("partition", failure.partition());
    report.put("offset", failure.offset());
    report.put("messageId", failure.messageId());
    report.put("key", failure.key());
    report.put("type", failure.type());
    report.put("failure", failure.failure());
    return withoutNulls(report);
  }

  private static Map<String, Long> counts(Map<ReplayOutcome, Long> counts) {
    var texts = new LinkedHashMap<String, Long>();
    counts.forEach((outcome, records) -> texts.put(outcome.text(), records));
    return texts;
  }

  private static Map<String, Object> withoutNulls(Map<String, Object> report) {
    report.values().removeIf(value -> value == null);
    return report;
  }
}
