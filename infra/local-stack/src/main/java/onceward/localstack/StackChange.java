package onceward.localstack;

import java.util.Map;

/**
 * The settings and ports that a user wants for a running stack. Immutable.
 *
 * @param settings properties by program; other properties stay unchanged
 * @param ports the ports by owner, such as {@code gateway}; 0 stands for any port
 */
public record StackChange(Map<String, Map<String, String>> settings, Map<String, Integer> ports) {

  public StackChange {
    settings = Map.copyOf(settings);
    settings.keySet().forEach(ProgramName::of);
    ports = Map.copyOf(ports);
  }

  /** No change. */
  public static StackChange none() {
    return new StackChange(Map.of(), Map.of());
  }
}
