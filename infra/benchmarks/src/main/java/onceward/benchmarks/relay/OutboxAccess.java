package onceward.benchmarks.relay;

/**
 * Where a relay finds an outbox.
 *
 * @param username a role that may read the outbox and the slot
 */
record OutboxAccess(
    String host, int port, String database, String username, String password, String slot) {

  /** The publication that the migrations make. */
  static final String PUBLICATION = "outbox";

  /** The CloudEvents source that records name. */
  static final String SOURCE = "/onceward/bench";

  String jdbcUrl() {
    return "jdbc:postgresql://%s:%d/%s".formatted(host, port, database);
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "slot %s of database %s at %s:%d".formatted(slot, database, host, port);
  }
}
