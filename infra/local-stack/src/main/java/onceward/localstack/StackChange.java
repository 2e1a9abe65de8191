package onceward.localstack;

import java.util.Map;
import java.util.OptionalInt;

/**
 * The settings and ports that a user wants for a running stack. Immutable.
 *
 * @param settings properties by program; other properties stay unchanged
 * @param ports the ports by owner, such as {@code gateway}; 0 stands for any port
 * @param onTimeline the timeline of a PostgreSQL server that is to start although a promoted
 *     standby has replaced it; empty for none
 */
public record StackChange(
    Map<String, Map<String, String>> settings, Map<String, Integer> ports, OptionalInt onTimeline) {

  public StackChange {
    settings = Map.copyOf(settings);
    settings.keySet().forEach(ProgramName::of);
    ports = Map.copyOf(ports);
  }

  public StackChange(Map<String, Map<String, String>> settings, Map<String, Integer> ports) {
    this(settings, ports, OptionalInt.empty());
  }

  /** No change. */
  public static StackChange none() {
    return new StackChange(Map.of(), Map.of());
  }
}
