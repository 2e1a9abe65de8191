package onceward.messaging.deadletter.operations;

import io.micronaut.context.annotation.Requires;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.exceptions.HttpStatusException;
import io.micronaut.management.endpoint.annotation.Endpoint;
import io.micronaut.management.endpoint.annotation.Read;
import io.micronaut.management.endpoint.annotation.Selector;
import io.micronaut.management.endpoint.annotation.Write;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import onceward.messaging.deadletter.CannotCloseException;
import onceward.messaging.deadletter.DeadLetterDetails;
import onceward.messaging.deadletter.DeadLetterGroups;
import onceward.messaging.deadletter.DeadLetterOffice;
import onceward.messaging.deadletter.DeadLetterOffice.Closed;
import onceward.messaging.deadletter.RetryFailedException;

/**
 * {@code /dead-letters}: the open dead letters of this service, oldest first, a hundred at a time;
 * {@code ?after=<id>} for those behind. {@code GET /dead-letters/groups} lists them by cause,
 * {@code GET /dead-letters/{id}} shows one with its history. {@code POST /dead-letters/{id}/retry}
 * handles one after all, {@code POST /dead-letters/{id}/discard} gives it up; both let those behind
 * it follow.
 *
 * <p>Sensitive. Shows no content, unless stack traces are kept and quote some.
 */
@Endpoint(id = "dead-letters", defaultSensitive = true)
@Requires(bean = DeadLetterOffice.class)
@ExecuteOn(TaskExecutors.BLOCKING)
final class DeadLettersEndpoint {

  private static final int LETTERS_MAX = 100;
  private static final int GROUPS_MAX = 1_000;

  private final DeadLetterOffice office;
  private final DeadLetterGroups groups;
  private final DeadLetterDetails details;

  DeadLettersEndpoint(DeadLetterOffice office, DeadLetterGroups groups, DeadLetterDetails details) {
    this.office = office;
    this.groups = groups;
    this.details = details;
  }

  @Read
  Map<String, Object> open(@Nullable UUID after) {
    var letters = office.open(after, LETTERS_MAX);
    return Map.of("deadLetters", letters.stream().map(LetterReport::of).toList());
  }

  @Read
  Map<String, Object> read(@Selector String what) {
    return switch (what) {
      case "groups" ->
          Map.of("groups", groups.open(GROUPS_MAX).stream().map(LetterReport::of).toList());
      default -> show(id(what));
    };
  }

  private Map<String, Object> show(UUID id) {
    return details
        .find(id)
        .map(found -> LetterReport.of(found, false))
        .orElseThrow(
            () -> new HttpStatusException(HttpStatus.NOT_FOUND, "there is no dead letter " + id));
  }

  @Write
  Map<String, Object> close(@Selector UUID id, @Selector String action) {
    return switch (action) {
      case "retry" -> close(id, office::retry);
      case "discard" -> close(id, office::discard);
      default ->
          throw new HttpStatusException(
              HttpStatus.NOT_FOUND, "'%s'; allowed: retry, discard".formatted(action));
    };
  }

  private static Map<String, Object> close(UUID id, Function<UUID, Closed> action) {
    try {
      var closed = action.apply(id);
      return Map.of("id", closed.letter(), "released", closed.released());
    } catch (CannotCloseException refused) {
      throw new HttpStatusException(HttpStatus.BAD_REQUEST, String.valueOf(refused.getMessage()));
    } catch (RetryFailedException failed) {
      throw new HttpStatusException(HttpStatus.CONFLICT, String.valueOf(failed.getMessage()));
    }
  }

  private static UUID id(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException unreadable) {
      throw new HttpStatusException(
          HttpStatus.NOT_FOUND,
          "'%s' is neither the id of a dead letter nor one of: groups".formatted(text));
    }
  }
}
