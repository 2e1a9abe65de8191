package onceward.relay.operations;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import onceward.relay.move.MoveStage;
import onceward.relay.move.MoveState;
import onceward.relay.position.Departure;
import onceward.relay.position.Move;

/** How a move stands, under the names that scripts know. */
final class MoveReport {

  private MoveReport() {}

  /** With how its pipeline stands: a pipeline that does not stream drains nothing. */
  static Map<String, Object> of(OperatedPipeline operated, MoveState state) {
    var status = operated.pipeline().status();
    var report = new LinkedHashMap<String, Object>();
    report.put("pipeline", operated.name());
    report.put("pipelineState", status.phase().name());
    report.put("pipelineSentence", status.sentence());
    status
        .stop()
        .ifPresent(stop -> {
          report.put("pipelineReason", stop.reason().code());
          report.put("pipelineRemedy", stop.remedy());
        });
    report.put("stage", state.stage().name());
    report.put("cluster", state.fence().systemIdentifier());
    report.put("fenced", state.fence().holds());
    report.put("openRequests", state.fence().openRequests());
    report.put("unpublishedBytes", state.unpublishedBytes());
    operated.metrics().parked().ifPresent(parked -> report.put("parkedMessages", parked));
    state.move().ifPresent(move -> put(report, move));
    if (state.position() != null && state.move().flatMap(Move::departure).isPresent()) {
      report.put("leftCluster", state.position().systemIdentifier());
    }
    report.put("next", next(operated, state));
    return report;
  }

  private static void put(Map<String, Object> report, Move move) {
    report.put("operator", move.operator());
    report.put("requestedAt", move.requestedAt().toString());
    move.departure().ifPresent(departure -> put(report, departure));
  }

  private static void put(Map<String, Object> report, Departure departure) {
    report.put("place", departure.place().toString());
    report.put("outboxRows", departure.outbox().rows());
    report.put("parkedRows", departure.parked().rows());
  }

  /** The same, with what slipped past the fence; empty if nothing did. */
  static Map<String, Object> of(
      OperatedPipeline operated, MoveState state, Optional<String> difference) {
    var report = of(operated, state);
    difference.ifPresent(sentence -> report.put("difference", sentence));
    return report;
  }

  /** What an administrator does next: a command, or a step in words. */
  private static String next(OperatedPipeline operated, MoveState state) {
    var moves = operated.pipeline().moves();
    var name = operated.name();
    return switch (state.stage()) {
      case STAYS ->
          state.fence().holds()
              ? "let rows be appended again: " + moves.dropFence()
              : "infra/onceward relay move " + name;
      case AWAITS_FENCE -> moves.makeFence();
      case DRAINS -> "wait until everything is published";
      case LEFT ->
          "copy the database to its new cluster, make slot %s there, set relay.pipelines.%s.host to it, and start the relay again"
              .formatted(moves.slot(), name);
      case ARRIVES ->
          "wait until the pipeline streams; if it is stopped, do what its sentence says";
    };
  }

  /** Whether the pipeline is on its way already, so that there is nothing to request. */
  static boolean isUnderWay(MoveState state) {
    return state.stage() != MoveStage.STAYS;
  }
}
