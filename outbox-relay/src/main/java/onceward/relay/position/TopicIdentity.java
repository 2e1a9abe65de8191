package onceward.relay.position;

/**
 * Which topic a name stood for. A topic that is deleted and made again has another id, and none of
 * the messages. With another number of partitions, new messages of a key may go to another
 * partition than the key's earlier ones, so that consumers may read them first.
 *
 * @param id as Kafka gave it when the topic was made
 * @param partitions how many the topic has
 */
public record TopicIdentity(String id, int partitions) {}
