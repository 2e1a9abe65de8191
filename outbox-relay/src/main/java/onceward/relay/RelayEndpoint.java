package onceward.relay;

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
import onceward.relay.database.DatabaseException;
import onceward.relay.publish.KafkaAwayException;
import org.jspecify.annotations.Nullable;

/**
 * {@code /relay}: how each pipeline stands. {@code POST /relay/{pipeline}/pause} ends one in this
 * process until {@code resume}; another relay that stands by goes on with it. {@code accept} has
 * one that is stopped go on where its slot stands, whatever lies between that and what was
 * published. {@code quarantine/{message}} sets aside the message at which one is stopped, {@code
 * retry/{message}} publishes what waits for its key, {@code discard/{message}} gives it up first;
 * both are done by the relay that publishes, with its next canary. {@code GET /relay/{pipeline}}
 * lists what waits.
 *
 * <p>Sensitive. Shows no content.
 */
@Endpoint(id = "relay", defaultSensitive = true)
@ExecuteOn(TaskExecutors.BLOCKING)
final class RelayEndpoint {

  private static final int OPERATOR_MAX = 128;

  private final Relay relay;

  RelayEndpoint(Relay relay) {
    this.relay = relay;
  }

  @Read
  Map<String, Object> report() {
    return Map.of("pipelines", relay.supervisors().stream().map(PipelineReport::of).toList());
  }

  @Read
  Map<String, Object> parked(@Selector String pipeline) {
    var supervisor = supervisor(pipeline);
    var report = PipelineReport.of(supervisor);
    report.put("parked", supervisor.quarantine().list().stream().map(PipelineReport::of).toList());
    return report;
  }

  @Write
  Map<String, Object> tell(@Selector String pipeline, @Selector String action) {
    var supervisor = supervisor(pipeline);
    switch (action) {
      case "pause" -> supervisor.pause();
      case "resume" -> supervisor.resume();
      case "accept" -> accept(supervisor);
      default ->
          throw new HttpStatusException(
              HttpStatus.NOT_FOUND, "'%s'; allowed: pause, resume, accept".formatted(action));
    }
    return PipelineReport.of(supervisor);
  }

  @Write
  Map<String, Object> tell(
      @Selector String pipeline,
      @Selector String action,
      @Selector UUID message,
      @Nullable String operator)
      throws InterruptedException {
    var supervisor = supervisor(pipeline);
    var by = operator == null || operator.isBlank() ? "unknown" : operator.strip();
    if (by.length() > OPERATOR_MAX) {
      throw new HttpStatusException(
          HttpStatus.BAD_REQUEST, "the operator's name is longer than " + OPERATOR_MAX);
    }
    switch (action) {
      case "quarantine" -> quarantine(supervisor, message, by);
      case "retry" -> throwUnless(supervisor.quarantine().retry(message, by), supervisor, message);
      case "discard" ->
          throwUnless(supervisor.quarantine().discard(message, by), supervisor, message);
      default ->
          throw new HttpStatusException(
              HttpStatus.NOT_FOUND, "'%s'; allowed: quarantine, retry, discard".formatted(action));
    }
    return PipelineReport.of(supervisor);
  }

  private static void quarantine(Supervisor supervisor, UUID message, String operator)
      throws InterruptedException {
    try {
      if (!supervisor.quarantine(message, operator)) {
        throw new HttpStatusException(
            HttpStatus.CONFLICT,
            "pipeline %s is not stopped at message %s, it is %s: %s"
                .formatted(
                    supervisor.name(),
                    message,
                    supervisor.status().state(),
                    supervisor.status().reason()));
      }
    } catch (KafkaAwayException | DatabaseException notNow) {
      throw new HttpStatusException(HttpStatus.SERVICE_UNAVAILABLE, notNow.getMessage());
    }
  }

  private static void throwUnless(boolean waits, Supervisor supervisor, UUID message) {
    if (!waits) {
      throw new HttpStatusException(
          HttpStatus.NOT_FOUND,
          "pipeline %s holds no message %s back".formatted(supervisor.name(), message));
    }
  }

  private Supervisor supervisor(String pipeline) {
    return relay.supervisors().stream()
        .filter(one -> one.name().equals(pipeline))
        .findFirst()
        .orElseThrow(() ->
            new HttpStatusException(
                HttpStatus.NOT_FOUND, "there is no pipeline '%s'".formatted(pipeline)));
  }

  private static void accept(Supervisor supervisor) {
    if (!supervisor.accept()) {
      throw new HttpStatusException(
          HttpStatus.CONFLICT,
          "pipeline %s is not stopped for a reason that can be accepted, it is %s: %s"
              .formatted(
                  supervisor.name(), supervisor.status().state(), supervisor.status().reason()));
    }
  }
}
