package onceward.localstack;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import onceward.localstack.process.PrivateFiles;
import onceward.localstack.process.PropertiesText;

/**
 * Repairs a recorded stack: starts again the processes that have ended, even all of them, and
 * restarts the programs whose settings change.
 */
record StackHeal(
    StackHome home, StackChange change, Duration readyWithin, Consumer<String> progress) {

  /** Empty when no stack is recorded, or a stop of the stack has ended all of its processes. */
  Optional<Healed> run() {
    try (var _ = StackLock.acquire(home)) {
      home.recordPostgres();
      return home.stackFile().read().filter(this::isMeantToRun).map(this::heal);
    }
  }

  private boolean isMeantToRun(StackState state) {
    if (state.stopping() && !state.alive().isEmpty()) {
      throw StackStart.halfStopped(home, state);
    }
    return !state.stopping();
  }

  private Healed heal(StackState state) {
    requireSamePorts(state);
    boolean left = state.supervisorDied();
    List<String> changed = new ArrayList<>();
    BringUp bringUp = new BringUp(home, readyWithin, change.onTimeline(), new Reports(changed));
    if (state.isComplete()) {
      if (!change.settings().isEmpty()) {
        // A program that is stopped for its new settings would not be started again.
        bringUp.requireServerOfItsOwn();
      }
      changed.addAll(changeSettings(state));
    } else {
      startOver(state);
    }
    List<String> ended = new ArrayList<>(state.ended());
    home.stackFile().update(other -> left ? other.withSupervisor(null) : other);
    bringUp.run();
    ended.removeAll(changed);
    return new Healed(ended, changed, left);
  }

  private void requireSamePorts(StackState state) {
    Map<String, Integer> had = state.ports().byOwner();
    String other =
        new TreeMap<>(change.ports())
            .entrySet().stream()
                .filter(port -> port.getValue() != 0)
                .filter(port -> !port.getValue().equals(had.get(port.getKey())))
                .map(port ->
                    "--port-%s %d instead of %d"
                        .formatted(port.getKey(), port.getValue(), had.get(port.getKey())))
                .collect(Collectors.joining("; "));
    if (!other.isEmpty()) {
      throw new RefusedChangeException(
          "A running stack cannot change its ports; the stack in %s would get %s. Stop it with `%s`, then start it with the ports you want."
              .formatted(home.path(), other, home.commands().of("down")));
    }
  }

  /** Starts again from the beginning: after a killed start, databases or topics may be missing. */
  private void startOver(StackState state) {
    progress.accept(
        "The last start of this stack was killed half way; starting over with its settings.");
    StackStop.end(state, progress);
    home.stackFile().write(state.emptied().withSettings(merged(state)).withSupervisor(null));
  }

  /** Stops the programs whose settings change, and writes the new settings. */
  private List<String> changeSettings(StackState state) {
    List<String> changed = new ArrayList<>();
    for (ProgramName name : ProgramName.values()) {
      Map<String, String> wanted = change.settings().getOrDefault(name.text(), Map.of());
      Map<String, String> has = PropertiesText.read(home.configuration(name));
      if (!has.entrySet().containsAll(wanted.entrySet())) {
        Map<String, String> all = new HashMap<>(has);
        all.putAll(wanted);
        PrivateFiles.write(home.configuration(name), PropertiesText.of(all));
        new Program(name, home).stop();
        changed.add(name.text());
      }
    }
    home.stackFile().update(other -> other.withSettings(merged(state)));
    return changed;
  }

  private Map<String, Map<String, String>> merged(StackState state) {
    Map<String, Map<String, String>> all = new HashMap<>(state.settings());
    change
        .settings()
        .forEach((program, wanted) ->
            all.merge(
                program,
                wanted,
                (has, more) -> {
                  Map<String, String> both = new HashMap<>(has);
                  both.putAll(more);
                  return both;
                }));
    return all;
  }

  private final class Reports implements BringUp.Listener {

    private final List<String> changed;

    Reports(List<String> changed) {
      this.changed = changed;
    }

    @Override
    public void ready(String name, long startNanos) {
      line(
          "%-13s %s; ready again in %s"
              .formatted(
                  name,
                  changed.contains(name) ? "has new settings" : "had ended",
                  Elapsed.since(startNanos)));
    }

    @Override
    public void endedMeanwhile(String name) {
      line("%-13s ended meanwhile; starting it again".formatted(name));
    }

    @Override
    public void line(String text) {
      progress.accept(text);
    }
  }
}
