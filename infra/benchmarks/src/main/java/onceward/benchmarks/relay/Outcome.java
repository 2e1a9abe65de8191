package onceward.benchmarks.relay;

/** What one turn found. */
interface Outcome {

  /** Whether all rows arrived; without that, the figures of the turn mean nothing. */
  LedgerCheck check();
}
