package onceward.messaging.deadletter.operations;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import onceward.messaging.deadletter.job.Item;
import onceward.messaging.deadletter.job.ItemState;
import onceward.messaging.deadletter.job.Job;

/** Jobs as JSON, in fields whose names do not change. A field without a value is left out. */
final class JobReport {

  private JobReport() {}

  static Map<String, Object> of(Job job) {
    var report = new LinkedHashMap<String, Object>();
    report.put("job", job.id());
    report.put("action", job.action().text());
    report.put("state", job.state().text());
    report.put("operator", job.operator());
    report.put("reason", job.reason());
    report.put("selection", job.selection());
    report.put("rate", job.limits().rate());
    report.put("attemptsMax", job.limits().attemptsMax());
    report.put("failuresInRowMax", job.limits().failuresInRowMax());
    report.put("force", job.limits().force());
    report.put("total", job.total());
    for (var state : ItemState.values()) {
      report.put(state.text(), job.count(state));
    }
    report.put("requestedAt", job.requestedAt());
    report.put("startedAt", job.startedAt());
    report.put("endedAt", job.endedAt());
    report.put("note", job.note());
    return LetterReport.withoutNulls(report);
  }

  /** With the letters that failed or were skipped, as many as are listed. */
  static Map<String, Object> of(Job job, List<Item> notApplied) {
    var report = of(job);
    report.put("notApplied", notApplied.stream().map(JobReport::of).toList());
    return report;
  }

  private static Map<String, Object> of(Item item) {
    var report = new LinkedHashMap<String, Object>();
    report.put("id", item.letter());
    report.put("state", item.state().text());
    report.put("attempts", item.attempts());
    report.put("note", item.note());
    return LetterReport.withoutNulls(report);
  }
}
