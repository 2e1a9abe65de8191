package onceward.localstack;

import java.util.List;

/**
 * What was done to a stack that was up before.
 *
 * @param started what did not run, and runs again
 * @param changed the programs that run with new settings
 * @param left whether the process is gone that was to stop the stack; nobody stops it now
 */
public record Healed(List<String> started, List<String> changed, boolean left) {

  public Healed {
    started = List.copyOf(started);
    changed = List.copyOf(changed);
  }

  /** Whether everything ran as it was wanted. */
  public boolean isUntouched() {
    return started.isEmpty() && changed.isEmpty();
  }
}
