package onceward.localstack;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * The settings of a stack to start. Immutable.
 *
 * @param root the project's directory, with the built programs
 * @param home the directory for data, logs, configuration and secrets; created when missing
 * @param fresh whether to delete data and logs first
 * @param readyWithin how long all programs together may take to become ready
 * @param overrides properties by program that replace or add to the generated ones
 * @param onTimeline the timeline of a PostgreSQL server that is to start although a promoted
 *     standby has replaced it; empty for none
 * @param progress gets one line for each event
 */
public record StackSettings(
    Path root,
    Path home,
    StackPorts ports,
    boolean fresh,
    Duration readyWithin,
    Map<String, Map<String, String>> overrides,
    OptionalInt onTimeline,
    Consumer<String> progress) {

  public StackSettings {
    root = root.toAbsolutePath().normalize();
    home = home.toAbsolutePath().normalize();
    overrides = Map.copyOf(overrides);
    overrides.keySet().forEach(ProgramName::of);
  }

  /** Standard ports, home in {@code <root>/.onceward}, 90 s to become ready, progress ignored. */
  public static StackSettings of(Path root) {
    return new StackSettings(
        root,
        root.resolve(".onceward"),
        StackPorts.standard(),
        false,
        Duration.ofSeconds(90),
        Map.of(),
        OptionalInt.empty(),
        line -> {});
  }

  public StackSettings withHome(Path value) {
    return new StackSettings(
        root, value, ports, fresh, readyWithin, overrides, onTimeline, progress);
  }

  public StackSettings withPorts(StackPorts value) {
    return new StackSettings(
        root, home, value, fresh, readyWithin, overrides, onTimeline, progress);
  }

  public StackSettings withFresh(boolean value) {
    return new StackSettings(
        root, home, ports, value, readyWithin, overrides, onTimeline, progress);
  }

  public StackSettings withReadyWithin(Duration value) {
    return new StackSettings(root, home, ports, fresh, value, overrides, onTimeline, progress);
  }

  public StackSettings withProgress(Consumer<String> value) {
    return new StackSettings(root, home, ports, fresh, readyWithin, overrides, onTimeline, value);
  }

  public StackSettings withOnTimeline(OptionalInt value) {
    return new StackSettings(root, home, ports, fresh, readyWithin, overrides, value, progress);
  }

  /**
   * Sets one property of one program, in place of the value that the stack would set.
   *
   * @param program such as {@code auth-service}
   */
  public StackSettings withOverride(String program, String property, String value) {
    Map<String, Map<String, String>> all = new HashMap<>(overrides);
    Map<String, String> ofProgram = new HashMap<>(all.getOrDefault(program, Map.of()));
    ofProgram.put(property, value);
    all.put(program, Map.copyOf(ofProgram));
    return new StackSettings(root, home, ports, fresh, readyWithin, all, onTimeline, progress);
  }
}
