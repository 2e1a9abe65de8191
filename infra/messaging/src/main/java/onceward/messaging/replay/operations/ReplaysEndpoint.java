package onceward.messaging.replay.operations;

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
import onceward.messaging.operations.Fields;

/**
 * {@code /replays}: the latest replays, newest first, and what this service can replay.
 *
 * <ul>
 *   <li>{@code POST} plans one, {@code GET /{id}} shows one with its ranges and failures.
 *   <li>{@code POST /{id}/run} lets a plan run; {@code pause}, {@code resume} and {@code cancel}
 *       likewise.
 * </ul>
 *
 * <p>The header {@code X-Onceward-Operator}, or the field {@code operator}, says who asks.
 * Sensitive. Shows keys, and no content.
 */
@Endpoint(id = "replays", defaultSensitive = true)
@Requires(bean = ReplayDesk.class)
@ExecuteOn(TaskExecutors.BLOCKING)
final class ReplaysEndpoint {

  private final ReplayDesk replays;

  ReplaysEndpoint(ReplayDesk replays) {
    this.replays = replays;
  }

  @Read
  Map<String, Object> latest() {
    return replays.latest();
  }

  @Read
  Map<String, Object> show(@Selector UUID id) {
    return replays.show(id);
  }

  @Write
  Map<String, Object> plan(
      @Nullable @Header(Fields.OPERATOR_HEADER) String operator,
      @Nullable @Body Map<String, Object> body) {
    return answered(() -> replays.plan(Fields.of(body), operator));
  }

  @Write
  Map<String, Object> change(
      @Selector UUID id,
      @Selector String action,
      @Nullable @Header(Fields.OPERATOR_HEADER) String operator,
      @Nullable @Body Map<String, Object> body) {
    return answered(() -> replays.change(id, action, Fields.of(body), operator));
  }

  private static Map<String, Object> answered(Supplier<Map<String, Object>> question) {
    try {
      return question.get();
    } catch (IllegalArgumentException refused) {
      throw new HttpStatusException(HttpStatus.BAD_REQUEST, String.valueOf(refused.getMessage()));
    }
  }
}
