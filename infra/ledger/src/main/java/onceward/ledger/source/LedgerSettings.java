package onceward.ledger.source;

import java.util.List;
import java.util.Map;

/**
 * What is compared.
 *
 * @param kafka properties of Kafka's clients, at least {@code bootstrap.servers}
 * @param topicSuffix what the name of a topic has behind the kind of aggregate
 */
public record LedgerSettings(
    Map<String, String> kafka, List<DatabaseSettings> databases, String topicSuffix) {

  /** Of topics that are named as the library names them. */
  public static LedgerSettings of(Map<String, String> kafka, List<DatabaseSettings> databases) {
    return new LedgerSettings(kafka, databases, ".events");
  }
}
