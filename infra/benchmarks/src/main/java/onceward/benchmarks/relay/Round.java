package onceward.benchmarks.relay;

/** What one round found. */
interface Round {

  Completeness.Verdict verdict();
}
