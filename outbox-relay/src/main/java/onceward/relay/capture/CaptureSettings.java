package onceward.relay.capture;

import java.time.Duration;
import onceward.relay.source.DatabaseSettings;

/**
 * Where to capture from, and how much at a time.
 *
 * @param pollInterval how long an idle engine waits before it looks again; adds to the latency.
 *     {@link CaptureMethod#PGOUTPUT} waits for nothing
 * @param batchMax how many changes one batch may hold
 * @param queueMaxBytes how many bytes of captured rows may wait in memory
 */
public record CaptureSettings(
    String pipeline,
    DatabaseSettings database,
    Duration pollInterval,
    int batchMax,
    long queueMaxBytes) {}
