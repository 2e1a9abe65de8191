package onceward.relay.capture;

import java.time.Duration;

/**
 * Where to capture from, and how much at a time.
 *
 * @param slot the replication slot, which must exist
 * @param publication the publication, which must exist and list the table {@code public.outbox}
 * @param pollInterval how long an idle capture waits before it looks again; adds to the latency
 * @param batchMax how many messages one batch may hold
 * @param queueMaxBytes how many bytes of captured rows may wait in memory
 */
public record CaptureSettings(
    String pipeline,
    String host,
    int port,
    String database,
    String username,
    String password,
    String slot,
    String publication,
    Duration pollInterval,
    int batchMax,
    long queueMaxBytes) {

  /** Names the place without the password. */
  @Override
  public String toString() {
    return "slot %s of database %s at %s:%d".formatted(slot, database, host, port);
  }
}
