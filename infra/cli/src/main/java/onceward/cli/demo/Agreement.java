package onceward.cli.demo;

/** Two numbers from two places that have to be the same. */
record Agreement(String statement, long left, long right, boolean holds) {

  static Agreement of(String statement, long left, long right) {
    return new Agreement(statement, left, right, left == right);
  }

  String line() {
    return holds
        ? "  ok     %s: %d".formatted(statement, left)
        : "  WRONG  %s: %d and %d".formatted(statement, left, right);
  }
}
