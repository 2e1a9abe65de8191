package onceward.relay.pipeline;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One step of a pipeline from phase to phase.
 *
 * @param cause for people, in one line
 * @param by whose command it was; null if it was nobody's
 */
public record Transition(Instant at, Phase from, Phase to, String cause, @Nullable Operator by) {}
