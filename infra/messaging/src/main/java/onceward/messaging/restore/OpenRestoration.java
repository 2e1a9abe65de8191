package onceward.messaging.restore;

import java.util.Optional;

/** Knows of a restoration that has begun and is not done. Safe for use by many threads. */
@FunctionalInterface
public interface OpenRestoration {

  /**
   * What is left to do before live consumers may start, as a line for operators; empty if nothing
   * is. Then it is written down what the restoration has given to them.
   */
  Optional<String> unfinished();
}
