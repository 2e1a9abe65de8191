package onceward.relay.pipeline;

import java.time.Instant;

/**
 * One step of a pipeline from phase to phase.
 *
 * @param cause for people, in one line
 */
public record Transition(Instant at, Phase from, Phase to, String cause) {}
