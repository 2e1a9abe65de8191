package onceward.messaging.delivery;

/** What became of a record. */
public enum Outcome {
  /** The effect happened now. */
  HANDLED("handled"),
  /** The effect was there already. */
  DUPLICATE("duplicate"),
  /** The version had been handled or given up. */
  OLD("old"),
  /** No handler for the type. */
  SKIPPED("skipped"),
  /** Waits behind a dead letter of its key. */
  PARKED("parked"),
  /** Became a dead letter, and its key is parked. */
  DEAD_LETTER("dead-letter"),
  /** Will be tried again. */
  FAILED("failed");

  private final String text;

  Outcome(String text) {
    this.text = text;
  }

  /** As meters and reports spell it. */
  public String text() {
    return text;
  }
}
