package onceward.messaging.replay.operations;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.exceptions.HttpStatusException;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import onceward.messaging.operations.Audit;
import onceward.messaging.operations.Audit.Deed;
import onceward.messaging.operations.Audit.Entry;
import onceward.messaging.operations.Fields;
import onceward.messaging.replay.Replay;
import onceward.messaging.replay.ReplayState;
import onceward.messaging.replay.Replays;
import org.jspecify.annotations.Nullable;

/** What operators see of replays and ask of them. Every deed is audited. */
@Singleton
@Requires(beans = {Replays.class, Audit.class})
final class ReplayDesk {

  private static final int REPLAYS_MAX = 100;
  private static final int FAILURES_MAX = 1_000;
  private static final Set<String> OF_CHANGE = Set.of("operator", "reason", "dryRun");

  private final Replays replays;
  private final Audit audit;

  ReplayDesk(Replays replays, Audit audit) {
    this.replays = replays;
    this.audit = audit;
  }

  Map<String, Object> latest() {
    return Map.of(
        "replays", replays.latest(REPLAYS_MAX).stream().map(ReplayReport::of).toList(),
        "subscriptions", replays.subscriptions().stream().map(ReplayReport::of).toList(),
        "readModels",
            replays.readModels().entrySet().stream()
                .map(model -> ReplayReport.of(model.getKey(), model.getValue()))
                .toList(),
        "restoring", replays.isRestoring(),
        "restoreSteps", replays.restoreSteps().stream().map(ReplayReport::of).toList());
  }

  Map<String, Object> show(UUID id) {
    return ReplayReport.of(find(id), replays.failures(id, FAILURES_MAX));
  }

  /** A refusal is audited as well, with the fields as they came. */
  Map<String, Object> plan(Fields fields, @Nullable String header) {
    var entry =
        Entry.of(
            "plan replay",
            ReplayFields.subject(fields),
            ReplayFields.parameters(fields),
            fields,
            header);
    return audit.audited(
        entry,
        () -> {
          var replay = replays.plan(ReplayFields.request(fields, header));
          return new Deed<>(ReplayReport.of(replay), "replay " + replay.id());
        });
  }

  Map<String, Object> change(UUID id, String action, Fields fields, @Nullable String header) {
    var entry = Entry.of(action + " replay", "replay " + id, "", fields, header);
    return audit.audited(
        entry,
        () -> {
          fields.allowing(OF_CHANGE);
          var before = find(id);
          var isPossible = isPossible(before.state(), action);
          if (!isPossible || (!fields.flag("dryRun") && !changed(id, action))) {
            throw new HttpStatusException(
                HttpStatus.CONFLICT,
                "replay %s is %s; it cannot %s".formatted(id, before.state().text(), action));
          }
          return new Deed<>(ReplayReport.of(find(id)), "the replay was " + before.state().text());
        });
  }

  private static boolean isPossible(ReplayState state, String action) {
    return switch (action) {
      case "run" -> state == ReplayState.PLANNED;
      case "resume" -> state == ReplayState.PAUSED;
      case "pause" -> state.next().contains(ReplayState.PAUSED);
      case "cancel" -> state.next().contains(ReplayState.CANCELLED);
      default ->
          throw new HttpStatusException(
              HttpStatus.NOT_FOUND, "'%s'; allowed: run, pause, resume, cancel".formatted(action));
    };
  }

  private boolean changed(UUID id, String action) {
    return switch (action) {
      case "run" -> replays.run(id);
      case "resume" -> replays.resume(id);
      case "pause" -> replays.pause(id);
      default -> replays.cancel(id);
    };
  }

  private Replay find(UUID id) {
    return replays
        .find(id)
        .orElseThrow(
            () -> new HttpStatusException(HttpStatus.NOT_FOUND, "there is no replay " + id));
  }
}
