package onceward.relay.killed;

/** How the relay publishes, as its setting {@code delivery} says. */
enum Delivery {
  AT_LEAST_ONCE("at-least-once", true),
  EXACTLY_ONCE("exactly-once", false);

  private final String setting;
  private final boolean repeats;

  Delivery(String setting, boolean repeats) {
    this.setting = setting;
    this.repeats = repeats;
  }

  String setting() {
    return setting;
  }

  /** Whether a reader of what is committed may see a message twice. */
  boolean repeats() {
    return repeats;
  }
}
