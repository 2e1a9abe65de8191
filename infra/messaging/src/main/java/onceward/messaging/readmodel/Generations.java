package onceward.messaging.readmodel;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which generation of a read model answers, and which one is being filled.
 *
 * @param live 1 or 2
 * @param building the other one, while a replay fills it; null otherwise
 * @param replay the replay that fills it; null if none does
 */
public record Generations(int live, @Nullable Integer building, @Nullable UUID replay) {

  /** The generation that does not answer. */
  int other() {
    return live == 1 ? 2 : 1;
  }

  boolean isBuiltBy(UUID asked) {
    return asked.equals(replay);
  }
}
