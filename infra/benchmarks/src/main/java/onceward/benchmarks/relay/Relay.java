package onceward.benchmarks.relay;

import java.nio.file.Path;

/** A program that publishes an outbox and is measured: this project's relay, or a peer of it. */
interface Relay {

  /** Its name in the figures. */
  String name();

  /** Changes a new database in the way that the program needs; before any row is appended. */
  default void prepare(OutboxDatabase database) {}

  /**
   * Starts it as a process of its own; returns as soon as the process exists.
   *
   * @param directory for its files: empty, or used by the same relay before
   */
  RelayProcess start(OutboxDatabase database, Path directory);
}
