package onceward.relay.operations;

import io.micronaut.http.HttpStatus;
import io.micronaut.http.exceptions.HttpStatusException;
import io.micronaut.management.endpoint.annotation.Endpoint;
import io.micronaut.management.endpoint.annotation.Read;
import io.micronaut.management.endpoint.annotation.Selector;
import io.micronaut.management.endpoint.annotation.Write;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.time.Instant;
import java.util.Map;
import onceward.relay.move.MoveStage;
import onceward.relay.move.MoveState;
import onceward.relay.pipeline.Operator;
import onceward.relay.position.Move;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /move}: pipelines that leave their database for a copy in another cluster.
 *
 * <ul>
 *   <li>{@code POST /{pipeline}/begin} has a pipeline leave once its outbox is fenced and
 *       everything is published; {@code cancel} has it stay, also if it has left. Both may be
 *       repeated.
 *   <li>{@code POST /{pipeline}/plan} changes nothing, and reads all ids of the outbox of a
 *       pipeline that has left: it names rows that slipped past the fence.
 *   <li>{@code GET /{pipeline}} says how far the pipeline has come, and what to do next.
 * </ul>
 *
 * <p>Sensitive. Shows no content.
 */
@Endpoint(id = "move", defaultSensitive = true)
@ExecuteOn(TaskExecutors.BLOCKING)
final class MoveEndpoint {

  private static final Logger log = LoggerFactory.getLogger(MoveEndpoint.class);

  private final OperatedPipelines pipelines;

  MoveEndpoint(OperatedPipelines pipelines) {
    this.pipelines = pipelines;
  }

  @Read
  Map<String, Object> all() {
    return Map.of(
        "pipelines", pipelines.all().stream().map(one -> MoveReport.of(one, state(one))).toList());
  }

  @Read
  Map<String, Object> show(@Selector String pipeline) {
    var operated = Answers.operated(pipelines, pipeline);
    return MoveReport.of(operated, state(operated));
  }

  @Write
  Map<String, Object> command(
      @Selector String pipeline, @Selector String action, @Nullable String operator) {
    var operated = Answers.operated(pipelines, pipeline);
    var by = OperatorName.operator(operator);
    return switch (action) {
      case "plan" -> plan(operated);
      case "begin" -> begin(operated, by);
      case "cancel" -> cancel(operated, by);
      default ->
          throw new HttpStatusException(
              HttpStatus.NOT_FOUND, "'%s'; allowed: plan, begin, cancel".formatted(action));
    };
  }

  private static Map<String, Object> plan(OperatedPipeline operated) {
    var difference = Answers.answered(() -> operated.pipeline().moves().difference());
    return MoveReport.of(operated, state(operated), difference);
  }

  private static Map<String, Object> begin(OperatedPipeline operated, Operator by) {
    if (!operated.pipeline().moves().isSupported()) {
      throw Answers.notOfShards(operated, "moves to another cluster");
    }
    var state = state(operated);
    if (MoveReport.isUnderWay(state)) {
      return MoveReport.of(operated, state);
    }
    if (state.fence().openRequests() > 0) {
      throw new HttpStatusException(
          HttpStatus.CONFLICT,
          "pipeline %s has %d open requests to republish; let them end, or cancel them"
              .formatted(operated.name(), state.fence().openRequests()));
    }
    if (!Answers.answered(() -> operated.pipeline().move(new Move(by.name(), Instant.now()), by))) {
      throw refused(operated, "only a pipeline that streams can leave its database");
    }
    log.info("{} requests that pipeline {} moves to another cluster", by.name(), operated.name());
    return MoveReport.of(operated, state(operated));
  }

  private static Map<String, Object> cancel(OperatedPipeline operated, Operator by) {
    var stage = state(operated).stage();
    if (stage != MoveStage.STAYS) {
      if (!Answers.answered(() -> operated.pipeline().stay(by))) {
        throw refused(
            operated,
            "only a pipeline that streams, or has left its database, can be told to stay");
      }
      log.info("{} requests that pipeline {} stays in its cluster", by.name(), operated.name());
    }
    return MoveReport.of(operated, state(operated));
  }

  private static HttpStatusException refused(OperatedPipeline operated, String rule) {
    var status = operated.pipeline().status();
    return new HttpStatusException(
        HttpStatus.CONFLICT,
        "%s; pipeline %s is %s: %s"
            .formatted(rule, operated.name(), status.phase(), status.sentence()));
  }

  private static MoveState state(OperatedPipeline operated) {
    return Answers.answered(() -> operated.pipeline().moves().look());
  }
}
