package onceward.messaging.deadletter.operations;

import io.micronaut.context.annotation.Requires;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.exceptions.HttpStatusException;
import io.micronaut.management.endpoint.annotation.Endpoint;
import io.micronaut.management.endpoint.annotation.Read;
import io.micronaut.management.endpoint.annotation.Selector;
import io.micronaut.management.endpoint.annotation.Write;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import onceward.messaging.deadletter.DeadLetterOffice;
import onceward.messaging.deadletter.RetryFailedException;
import onceward.messaging.operations.Fields;

/**
 * {@code /dead-letters}: the open dead letters of this service, oldest first, a hundred at a time;
 * {@code ?after=<id>} for those behind.
 *
 * <ul>
 *   <li>{@code GET /groups}: by cause. {@code GET /{id}}: one, with its history. {@code GET
 *       /audit}: what operators asked, newest first.
 *   <li>{@code POST /{id}/retry} handles one after all, {@code POST /{id}/discard} gives it up;
 *       both let those behind it follow.
 *   <li>{@code POST /jobs}: the same for many. {@code GET /jobs}, {@code GET /jobs/{id}}, {@code
 *       POST /jobs/{id}/pause}, {@code resume} and {@code cancel}.
 *   <li>{@code POST /archive} reads a page of letters with their content, {@code POST /archived}
 *       closes those that lie in a file now, {@code POST /restore} opens them again.
 * </ul>
 *
 * <p>The header {@code X-Onceward-Operator}, or the field {@code operator}, says who asks.
 * Sensitive. Shows no content, unless stack traces are kept and quote some.
 */
@Endpoint(id = "dead-letters", defaultSensitive = true)
@Requires(bean = DeadLetterOffice.class)
@ExecuteOn(TaskExecutors.BLOCKING)
final class DeadLettersEndpoint {

  private final LetterDesk letters;
  private final JobDesk jobs;
  private final ArchiveDesk archive;

  DeadLettersEndpoint(LetterDesk letters, JobDesk jobs, ArchiveDesk archive) {
    this.letters = letters;
    this.jobs = jobs;
    this.archive = archive;
  }

  @Read
  Map<String, Object> open(@Nullable UUID after) {
    return letters.open(after);
  }

  @Read
  Map<String, Object> read(@Selector String what, @Nullable Long before) {
    return answered(() ->
        switch (what) {
          case "groups" -> letters.groups();
          case "jobs" -> jobs.latest();
          case "audit" -> letters.audit(before);
          default -> letters.show(id(what));
        });
  }

  @Read
  Map<String, Object> read(@Selector String what, @Selector UUID id) {
    return answered(() -> {
      requireJobs(what);
      return jobs.show(id);
    });
  }

  @Write
  Map<String, Object> request(
      @Selector String what,
      @Nullable @Header(Fields.OPERATOR_HEADER) String operator,
      @Nullable @Body Map<String, Object> body) {
    var fields = Fields.of(body);
    return answered(() ->
        switch (what) {
          case "jobs" -> jobs.request(fields, operator);
          case "archive" -> archive.read(fields, operator);
          case "archived" -> archive.close(fields, operator);
          case "restore" -> archive.restore(fields, operator);
          default ->
              throw new HttpStatusException(
                  HttpStatus.NOT_FOUND,
                  "'%s'; allowed: jobs, archive, archived, restore".formatted(what));
        });
  }

  @Write
  Map<String, Object> close(
      @Selector UUID id,
      @Selector String action,
      @Nullable @Header(Fields.OPERATOR_HEADER) String operator,
      @Nullable @Body Map<String, Object> body) {
    return answered(() -> letters.close(id, action, Fields.of(body), operator));
  }

  @Write
  Map<String, Object> change(
      @Selector String what,
      @Selector UUID id,
      @Selector String action,
      @Nullable @Header(Fields.OPERATOR_HEADER) String operator,
      @Nullable @Body Map<String, Object> body) {
    return answered(() -> {
      requireJobs(what);
      return jobs.change(id, action, Fields.of(body), operator);
    });
  }

  private static Map<String, Object> answered(Supplier<Map<String, Object>> question) {
    try {
      return question.get();
    } catch (RetryFailedException failed) {
      throw new HttpStatusException(HttpStatus.CONFLICT, String.valueOf(failed.getMessage()));
    } catch (IllegalArgumentException refused) {
      throw new HttpStatusException(HttpStatus.BAD_REQUEST, String.valueOf(refused.getMessage()));
    }
  }

  private static void requireJobs(String what) {
    if (!what.equals("jobs")) {
      throw new HttpStatusException(HttpStatus.NOT_FOUND, "'%s'; allowed: jobs".formatted(what));
    }
  }

  private static UUID id(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException unreadable) {
      throw new HttpStatusException(
          HttpStatus.NOT_FOUND,
          "'%s' is neither the id of a dead letter nor one of: groups, jobs, audit"
              .formatted(text));
    }
  }
}
