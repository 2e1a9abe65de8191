package onceward.localstack;

import java.util.Map;

/**
 * What a user wants to be otherwise of a stack that is up. Immutable.
 *
 * @param settings properties by program; what is not named stays as it is
 * @param ports by whom they belong to, such as {@code gateway}; 0 stands for any
 */
public record StackChange(Map<String, Map<String, String>> settings, Map<String, Integer> ports) {

  public StackChange {
    settings = Map.copyOf(settings);
    settings.keySet().forEach(ProgramName::of);
    ports = Map.copyOf(ports);
  }

  /** Everything stays as it is. */
  public static StackChange none() {
    return new StackChange(Map.of(), Map.of());
  }
}
