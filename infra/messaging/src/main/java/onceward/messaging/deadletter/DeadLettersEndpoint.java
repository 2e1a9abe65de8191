package onceward.messaging.deadletter;

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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import onceward.messaging.deadletter.DeadLetterOffice.Closed;

/**
 * {@code /dead-letters}: the open dead letters of this service, oldest first, a hundred at a time;
 * {@code ?after=<id>} for those behind. {@code POST /dead-letters/{id}/retry} handles one after
 * all, {@code POST /dead-letters/{id}/discard} gives it up; both let those behind it follow.
 *
 * <p>Sensitive. Shows no content, unless stack traces are kept and quote some.
 */
@Endpoint(id = "dead-letters", defaultSensitive = true)
@Requires(bean = DeadLetterOffice.class)
@ExecuteOn(TaskExecutors.BLOCKING)
final class DeadLettersEndpoint {

  private static final int LETTERS_MAX = 100;

  private final DeadLetterOffice office;

  DeadLettersEndpoint(DeadLetterOffice office) {
    this.office = office;
  }

  @Read
  Map<String, Object> open(@Nullable UUID after) {
    var letters = office.open(after, LETTERS_MAX);
    return Map.of("deadLetters", letters.stream().map(DeadLettersEndpoint::report).toList());
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

  private static Map<String, Object> report(DeadLetter letter) {
    var report = new LinkedHashMap<String, Object>();
    report.put("id", letter.id());
    report.put("consumer", letter.consumer());
    report.put("topic", letter.topic());
    report.put("partition", letter.partition());
    report.put("offset", letter.offset());
    report.put("key", letter.key());
    report.put("messageId", letter.messageId());
    report.put("type", letter.type());
    report.put("version", letter.version());
    report.put("reason", letter.failure().reason().text());
    report.put("exception", letter.failure().exception());
    report.put("stackDigest", letter.failure().stackDigest());
    report.put("stackTrace", letter.failure().stackTrace());
    report.put("attempts", letter.failure().attempts());
    report.put("failedAt", letter.failedAt());
    report.values().removeIf(value -> value == null);
    return report;
  }
}
