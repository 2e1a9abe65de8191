package onceward.ledgerapi;

import com.fasterxml.jackson.databind.JsonNode;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.exceptions.HttpStatusException;
import io.micronaut.management.endpoint.annotation.Delete;
import io.micronaut.management.endpoint.annotation.Endpoint;
import io.micronaut.management.endpoint.annotation.Read;
import io.micronaut.management.endpoint.annotation.Selector;
import io.micronaut.management.endpoint.annotation.Write;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import onceward.management.AdmittedCaller;
import org.jspecify.annotations.Nullable;

/**
 * {@code /verifications}: what {@code verify} does, begun by one call and asked for by others.
 *
 * <ul>
 *   <li>{@code POST} begins one, with {@code since}, {@code until}, {@code consumer}, {@code
 *       aggregate}, {@code waitSeconds}, {@code limit} and {@code deep} as the command has them.
 *   <li>{@code GET} lists the latest ones, newest first, without what they found.
 *   <li>{@code GET /{id}} shows how far one is, or what it found, as {@code verify --json}.
 *   <li>{@code DELETE /{id}} cancels the one that runs.
 * </ul>
 *
 * <p>Sensitive: ids of messages and aggregates, but no content.
 */
@Endpoint(id = "verifications", defaultSensitive = true)
@ExecuteOn(TaskExecutors.BLOCKING)
final class VerificationsEndpoint {

  /** Most end at once; a statement that the server works on ends when the server answers. */
  private static final Duration CANCELLED_WITHIN = Duration.ofSeconds(3);

  private final Verifications verifications;

  VerificationsEndpoint(Verifications verifications) {
    this.verifications = verifications;
  }

  @Read
  Map<String, Object> latest() {
    return Map.of("verifications", verifications.latest().stream().map(Run::summary).toList());
  }

  @Read
  Map<String, Object> show(@Selector String id) {
    return verifications.require(id).document();
  }

  @Write
  MutableHttpResponse<Map<String, Object>> start(@Nullable @Body JsonNode body) {
    var run =
        verifications.start(
            VerificationRequest.of(body),
            AdmittedCaller.current().flatMap(AdmittedCaller::operator).orElse("unknown"));
    return HttpResponse.<Map<String, Object>>accepted(URI.create("/verifications/" + run.id()))
        .body(run.document());
  }

  @Delete
  MutableHttpResponse<Map<String, Object>> cancel(@Selector String id) throws InterruptedException {
    var run = verifications.require(id);
    var before = run.state();
    if (before == Run.State.DONE || before == Run.State.FAILED) {
      throw new HttpStatusException(
          HttpStatus.CONFLICT,
          "verification %s is %s; only one that runs can be cancelled".formatted(id, before));
    }
    run.cancel();
    run.awaitEnd(CANCELLED_WITHIN);
    return run.state().isOver()
        ? HttpResponse.ok(run.document())
        : HttpResponse.<Map<String, Object>>accepted().body(run.document());
  }
}
