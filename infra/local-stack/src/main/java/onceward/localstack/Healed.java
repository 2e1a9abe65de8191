package onceward.localstack;

import java.util.List;

/**
 * The changes to a stack that was up before.
 *
 * @param started the processes that did not run, and run again
 * @param changed the programs that run with new settings
 * @param left whether the process that should stop the stack has ended, so that nothing stops it
 *     now
 */
public record Healed(List<String> started, List<String> changed, boolean left) {

  public Healed {
    started = List.copyOf(started);
    changed = List.copyOf(changed);
  }

  /** Whether nothing had to be changed. */
  public boolean isUntouched() {
    return started.isEmpty() && changed.isEmpty();
  }
}
