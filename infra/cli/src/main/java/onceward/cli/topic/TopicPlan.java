package onceward.cli.topic;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import onceward.cli.topic.TopicResult.Difference;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

/**
 * A topic as messages need it. Immutable.
 *
 * @param replication how many brokers keep each message
 */
record TopicPlan(String name, int partitions, int replication, Retention retention) {

  /** What an outbox allows, with key, headers and framing, and Kafka's own default. */
  private static final int MESSAGE_BYTES_MAX = 1_048_588;

  private static final int REPLICATION_USUAL = 3;
  private static final Retention RETENTION_MIN = new Retention.Reader().convert("1d");

  /** As many replicas as asked for, else three, or as many as there are brokers. */
  static TopicPlan of(
      String name,
      int partitions,
      Optional<Integer> replication,
      int brokers,
      Retention retention) {
    return new TopicPlan(
        name,
        partitions,
        replication.orElse(Math.min(REPLICATION_USUAL, Math.max(1, brokers))),
        retention);
  }

  /**
   * Why a topic must not keep its messages for that time.
   *
   * @param inbox how long the inboxes of its consumers remember what they have handled
   */
  static Optional<String> fault(Retention retention, Retention inbox) {
    if (RETENTION_MIN.isLongerThan(retention)) {
      return Optional.of(
          "--retention %s is too short: a consumer that is down for longer loses messages; choose at least %s"
              .formatted(retention, RETENTION_MIN));
    }
    if (!inbox.isLongerThan(retention)) {
      return Optional.of(
          "--retention %s is too long: an inbox remembers messages for %s (messaging.retention.inbox) and refuses older ones; choose a shorter time, or give with --inbox-retention the value that all consumers of this topic have"
              .formatted(retention, inbox));
    }
    return Optional.empty();
  }

  /**
   * The settings, by Kafka's names. A message that Kafka has acknowledged survives the loss of a
   * broker wherever there are three replicas; with two, a broker may be away for a while.
   */
  Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>();
    settings.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
    settings.put(TopicConfig.RETENTION_MS_CONFIG, Long.toString(retention.duration().toMillis()));
    // By size, messages could go before their time.
    settings.put(TopicConfig.RETENTION_BYTES_CONFIG, "-1");
    settings.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(MESSAGE_BYTES_MAX));
    settings.put(
        TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, replication >= REPLICATION_USUAL ? "2" : "1");
    settings.put(TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG, "false");
    return settings;
  }

  /**
   * What a topic has otherwise than planned.
   *
   * @param has its {@code partitions}, {@code replication} and settings; what is missing is not
   *     compared
   */
  Map<String, Difference> differences(Map<String, String> has) {
    Map<String, String> wanted = new TreeMap<>(settings());
    wanted.put("partitions", Integer.toString(partitions));
    wanted.put("replication", Integer.toString(replication));
    Map<String, Difference> differences = new TreeMap<>();
    wanted.forEach((name, value) -> {
      if (!value.equals(has.getOrDefault(name, value))) {
        differences.put(name, new Difference(has.getOrDefault(name, ""), value));
      }
    });
    return differences;
  }

  NewTopic toNewTopic() {
    return new NewTopic(name, partitions, (short) replication).configs(settings());
  }
}
