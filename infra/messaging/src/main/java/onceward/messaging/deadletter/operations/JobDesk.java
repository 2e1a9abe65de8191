package onceward.messaging.deadletter.operations;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.exceptions.HttpStatusException;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import onceward.messaging.deadletter.job.Job;
import onceward.messaging.deadletter.job.JobRequest;
import onceward.messaging.deadletter.job.JobRequest.Action;
import onceward.messaging.deadletter.job.Jobs;
import onceward.messaging.operations.Audit;
import onceward.messaging.operations.Audit.Deed;
import onceward.messaging.operations.Audit.Entry;
import onceward.messaging.operations.Fields;
import org.jspecify.annotations.Nullable;

/** What operators see of jobs and ask of them. Every deed is audited. */
@Singleton
@Requires(bean = Jobs.class)
final class JobDesk {

  private static final int JOBS_MAX = 100;
  private static final int ITEMS_MAX = 1_000;
  private static final Set<String> OF_REQUEST = ofRequest();
  private static final Set<String> OF_CHANGE = Set.of("operator", "reason", "dryRun");

  private final Jobs jobs;
  private final Audit audit;

  JobDesk(Jobs jobs, Audit audit) {
    this.jobs = jobs;
    this.audit = audit;
  }

  private static Set<String> ofRequest() {
    var names = new HashSet<>(LetterFields.SELECTION);
    names.addAll(
        List.of(
            "action",
            "operator",
            "reason",
            "rate",
            "attempts",
            "failuresInRow",
            "force",
            "dryRun"));
    return Set.copyOf(names);
  }

  Map<String, Object> latest() {
    return Map.of("jobs", jobs.latest(JOBS_MAX).stream().map(JobReport::of).toList());
  }

  Map<String, Object> show(UUID id) {
    return JobReport.of(find(id), jobs.notApplied(id, ITEMS_MAX));
  }

  Map<String, Object> request(Fields fields, @Nullable String header) {
    var action = String.valueOf(fields.values().getOrDefault("action", "none"));
    var entry = Entry.of(action + " job", subject(fields), parameters(fields), fields, header);
    return audit.audited(
        entry,
        () -> {
          fields.allowing(OF_REQUEST);
          var request =
              new JobRequest(
                  action(action),
                  LetterFields.selection(fields),
                  fields.operator(header),
                  fields.text("reason"),
                  LetterFields.limits(fields));
          return fields.flag("dryRun") ? wouldTake(request) : take(request);
        });
  }

  private Deed<Map<String, Object>> wouldTake(JobRequest request) {
    var groups = jobs.wouldTake(request.selection());
    var total = groups.values().stream().mapToLong(Long::longValue).sum();
    return new Deed<>(
        Map.of("total", total, "groups", groups),
        "would take %d letters of %d groups".formatted(total, groups.size()));
  }

  private Deed<Map<String, Object>> take(JobRequest request) {
    return jobs.request(request)
        .map(job ->
            new Deed<>(
                JobReport.of(job), "job %s takes %d letters".formatted(job.id(), job.total())))
        .orElseGet(() -> new Deed<>(Map.<String, Object>of("total", 0), "no letter fits"));
  }

  Map<String, Object> change(UUID id, String action, Fields fields, @Nullable String header) {
    return audit.audited(
        Entry.of(action + " job", "job " + id, "", fields, header),
        () -> {
          requireUnderstood(fields, header);
          var before = find(id);
          if (!fields.flag("dryRun") && !changed(id, action)) {
            throw new HttpStatusException(
                HttpStatus.CONFLICT,
                "job %s is %s; it cannot %s".formatted(id, before.state().text(), action));
          }
          return new Deed<>(JobReport.of(find(id)), "the job was " + before.state().text());
        });
  }

  private static void requireUnderstood(Fields fields, @Nullable String header) {
    fields.allowing(OF_CHANGE);
    var _ = fields.operator(header);
    var _ = fields.text("reason");
  }

  private boolean changed(UUID id, String action) {
    return switch (action) {
      case "pause" -> jobs.pause(id);
      case "resume" -> jobs.resume(id);
      case "cancel" -> jobs.cancel(id);
      default ->
          throw new HttpStatusException(
              HttpStatus.NOT_FOUND, "'%s'; allowed: pause, resume, cancel".formatted(action));
    };
  }

  private static Action action(String text) {
    return Arrays.stream(Action.values())
        .filter(action -> action.text().equals(text))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "action is '%s'; allowed: retry, discard".formatted(text)));
  }

  /** The criteria as they came, in words. */
  static String subject(Fields fields) {
    return words(fields, new HashSet<>(LetterFields.SELECTION));
  }

  private static String parameters(Fields fields) {
    return words(fields, Set.of("rate", "attempts", "failuresInRow", "force"));
  }

  private static String words(Fields fields, Set<String> names) {
    return fields.values().entrySet().stream()
        .filter(field -> names.contains(field.getKey()))
        .map(field -> field.getKey() + " " + field.getValue())
        .sorted()
        .collect(Collectors.joining(", "));
  }

  private Job find(UUID id) {
    return jobs.find(id)
        .orElseThrow(() -> new HttpStatusException(HttpStatus.NOT_FOUND, "there is no job " + id));
  }
}
