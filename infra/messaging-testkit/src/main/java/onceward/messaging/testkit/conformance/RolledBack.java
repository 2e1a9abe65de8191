package onceward.messaging.testkit.conformance;

/** What a suite throws to have a transaction rolled back. */
final class RolledBack extends RuntimeException {

  private static final long serialVersionUID = 1L;

  RolledBack() {
    super("the suite wants this transaction rolled back");
  }
}
