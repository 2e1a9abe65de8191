package onceward.ledger.source;

import java.util.List;
import java.util.Map;

/**
 * What is compared.
 *
 * @param kafka properties of Kafka's clients, at least {@code bootstrap.servers}
 * @param topicSuffix what the name of a topic has behind the kind of aggregate
 * @param positionsTopic in which relays write down their positions
 */
public record LedgerSettings(
    Map<String, String> kafka,
    List<DatabaseSettings> databases,
    String topicSuffix,
    String positionsTopic) {

  /** How topics end when nobody says otherwise. */
  public static final String TOPIC_SUFFIX = ".events";

  /** Where positions are when nobody says otherwise. */
  public static final String POSITIONS_TOPIC = "relay.positions";

  /** Of topics that are named as the library names them. */
  public static LedgerSettings of(Map<String, String> kafka, List<DatabaseSettings> databases) {
    return new LedgerSettings(kafka, databases, TOPIC_SUFFIX, POSITIONS_TOPIC);
  }
}
