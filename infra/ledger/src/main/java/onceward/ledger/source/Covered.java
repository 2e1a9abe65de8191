package onceward.ledger.source;

import java.util.Map;

/**
 * What a slot's relay says that it has published.
 *
 * @param topicIds the topics to which it publishes, by name
 * @param hours by hour, and by kind of aggregate
 */
public record Covered(Map<String, String> topicIds, Map<Long, Map<String, Sum>> hours) {}
