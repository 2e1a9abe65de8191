package onceward.relay;

import io.micronaut.http.HttpStatus;
import io.micronaut.http.exceptions.HttpStatusException;
import io.micronaut.management.endpoint.annotation.Endpoint;
import io.micronaut.management.endpoint.annotation.Read;
import io.micronaut.management.endpoint.annotation.Selector;
import io.micronaut.management.endpoint.annotation.Write;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * {@code /relay}: how each pipeline stands. {@code POST /relay/{pipeline}/pause} ends one in this
 * process until {@code resume}; another relay that stands by goes on with it. {@code accept} has
 * one that is stopped go on where its slot stands, whatever lies between that and what was
 * published.
 *
 * <p>Sensitive. Shows no content.
 */
@Endpoint(id = "relay", defaultSensitive = true)
@ExecuteOn(TaskExecutors.BLOCKING)
final class RelayEndpoint {

  private final Relay relay;

  RelayEndpoint(Relay relay) {
    this.relay = relay;
  }

  @Read
  Map<String, Object> report() {
    return Map.of("pipelines", relay.supervisors().stream().map(RelayEndpoint::report).toList());
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
    return report(supervisor);
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

  private static Map<String, Object> report(Supervisor supervisor) {
    var status = supervisor.status();
    var metrics = supervisor.metrics();
    var report = new LinkedHashMap<String, Object>();
    report.put("pipeline", supervisor.name());
    report.put("state", status.state().name());
    report.put("since", status.since().toString());
    report.put("sentence", status.reason());
    status
        .stop()
        .ifPresent(stop -> {
          report.put("reason", stop.reason().code());
          report.put("sentence", stop.sentence());
          report.put("remedy", stop.remedy());
        });
    report.put("published", metrics.published());
    report.put("inFlight", metrics.inFlight());
    report.put("restarts", metrics.restarts());
    report.put("failuresInARow", supervisor.failures());
    metrics.lastThrough().ifPresent(last -> report.put("canaryAgeSeconds", secondsSince(last)));
    metrics
        .slot()
        .ifPresent(slot -> {
          report.put("retainedBytes", slot.retainedBytes());
          report.put("walStatus", String.valueOf(slot.walStatus()));
        });
    return report;
  }

  private static double secondsSince(Instant time) {
    return Duration.between(time, Instant.now()).toMillis() / 1_000.0;
  }
}
