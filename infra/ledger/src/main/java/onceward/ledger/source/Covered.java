package onceward.ledger.source;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What a slot's relay says that it has published.
 *
 * @param topicIds the topics to which it publishes, by name
 * @param hours by hour, and by kind of aggregate
 * @param since when the first message was made that was counted; empty if a relay does not say so
 */
public record Covered(
    Map<String, String> topicIds, Map<Long, Map<String, Sum>> hours, Optional<Instant> since) {}
