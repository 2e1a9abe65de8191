package onceward.relay.operations;

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
import onceward.relay.pipeline.Operator;
import onceward.relay.pipeline.Pipeline;
import onceward.relay.quarantine.QuarantineFullException;
import org.jspecify.annotations.Nullable;

/**
 * {@code /relay}: how each pipeline stands. {@code POST /relay/{pipeline}/pause} ends one in this
 * process until {@code resume}; another relay that stands by goes on with it. {@code accept} has
 * one that is stopped go on where its slot stands, whatever lies between that and what was
 * published. {@code quarantine/{message}} sets aside the message at which one is stopped, {@code
 * retry/{message}} publishes what waits for its key, {@code discard/{message}} gives it up first;
 * both are done by the relay that publishes, with its next canary. {@code GET /relay/{pipeline}}
 * lists what waits, {@code GET /relay/{pipeline}/{message}} shows one.
 *
 * <p>Sensitive. Shows no content.
 */
@Endpoint(id = "relay", defaultSensitive = true)
@ExecuteOn(TaskExecutors.BLOCKING)
final class RelayEndpoint {

  private final OperatedPipelines pipelines;

  RelayEndpoint(OperatedPipelines pipelines) {
    this.pipelines = pipelines;
  }

  @Read
  Map<String, Object> report() {
    return Map.of("pipelines", pipelines.all().stream().map(PipelineReport::of).toList());
  }

  @Read
  Map<String, Object> parked(@Selector String pipeline) {
    var operated = Answers.operated(pipelines, pipeline);
    var report = PipelineReport.of(operated);
    var listed = Answers.answered(() -> operated.pipeline().quarantine().list());
    report.put("parked", listed.stream().map(PipelineReport::of).toList());
    return report;
  }

  @Read
  Map<String, Object> parked(@Selector String pipeline, @Selector UUID message) {
    var operated = Answers.operated(pipelines, pipeline);
    return Answers.answered(() -> operated.pipeline().quarantine().find(message))
        .map(PipelineReport::of)
        .orElseThrow(() -> notParked(operated, message));
  }

  @Write
  Map<String, Object> command(
      @Selector String pipeline, @Selector String action, @Nullable String operator) {
    var operated = Answers.operated(pipelines, pipeline);
    var by = OperatorName.operator(operator);
    switch (action) {
      case "pause" -> operated.pipeline().pause(by);
      case "resume" -> operated.pipeline().resume(by);
      case "accept" -> accept(operated.pipeline(), by);
      default ->
          throw new HttpStatusException(
              HttpStatus.NOT_FOUND, "'%s'; allowed: pause, resume, accept".formatted(action));
    }
    return PipelineReport.of(operated);
  }

  @Write
  Map<String, Object> command(
      @Selector String pipeline,
      @Selector String action,
      @Selector UUID message,
      @Nullable String operator) {
    var operated = Answers.operated(pipelines, pipeline);
    var by = OperatorName.operator(operator);
    var done =
        switch (action) {
          case "quarantine" -> quarantine(operated.pipeline(), message, by);
          case "retry" ->
              Answers.answered(() -> operated.pipeline().quarantine().retry(message, by.name()));
          case "discard" ->
              Answers.answered(() -> operated.pipeline().quarantine().discard(message, by.name()));
          default ->
              throw new HttpStatusException(
                  HttpStatus.NOT_FOUND,
                  "'%s'; allowed: quarantine, retry, discard".formatted(action));
        };
    if (!done) {
      throw "quarantine".equals(action)
          ? notStoppedAt(operated.pipeline(), message)
          : notParked(operated, message);
    }
    return PipelineReport.of(operated);
  }

  private static boolean quarantine(Pipeline pipeline, UUID message, Operator by) {
    try {
      return Answers.answered(() -> pipeline.quarantine(message, by));
    } catch (QuarantineFullException full) {
      throw new HttpStatusException(HttpStatus.CONFLICT, full.getMessage());
    }
  }

  private static HttpStatusException notStoppedAt(Pipeline pipeline, UUID message) {
    return new HttpStatusException(
        HttpStatus.CONFLICT,
        "pipeline %s is not stopped at message %s, it is %s: %s"
            .formatted(
                pipeline.name(), message, pipeline.status().phase(), pipeline.status().reason()));
  }

  private static HttpStatusException notParked(OperatedPipeline pipeline, UUID message) {
    return new HttpStatusException(
        HttpStatus.NOT_FOUND,
        "pipeline %s holds no message %s back".formatted(pipeline.name(), message));
  }

  private static void accept(Pipeline pipeline, Operator by) {
    if (!Answers.answered(() -> pipeline.accept(by))) {
      throw new HttpStatusException(
          HttpStatus.CONFLICT,
          "pipeline %s is not stopped for a reason that can be accepted, it is %s: %s"
              .formatted(pipeline.name(), pipeline.status().phase(), pipeline.status().reason()));
    }
  }
}
