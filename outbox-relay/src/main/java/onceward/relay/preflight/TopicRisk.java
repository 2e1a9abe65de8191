package onceward.relay.preflight;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import onceward.relay.publish.TopicFacts;

/**
 * A setting of a topic by which Kafka may lose messages that it has acknowledged. The relay does
 * not publish to such a topic unless the risk is accepted by its name, in {@code
 * relay.pipelines.<name>.accepted-topic-risks}.
 *
 * <p>Not among them: a single replica. Its messages are as safe as one disk is, which is a choice
 * of whoever runs the brokers, not of the topic's settings.
 */
public enum TopicRisk {
  /** The topic keeps only the last message of a key. */
  COMPACTION("cleanup.policy=delete"),
  /** Messages may be gone before a consumer that was down for a night has read them. */
  SHORT_RETENTION("retention.ms=604800000"),
  /** However young, messages are gone once others have filled the partition. */
  SIZE_RETENTION("retention.bytes=-1"),
  /** A leader that lacks acknowledged messages makes the other replicas drop them. */
  UNCLEAN_ELECTION("unclean.leader.election.enable=false"),
  /** A message is acknowledged that one disk alone holds, although there are more replicas. */
  ONE_IN_SYNC_REPLICA("min.insync.replicas=2");

  private final String setting;

  TopicRisk(String setting) {
    this.setting = setting;
  }

  /** The name in the configuration, e.g. {@code short-retention}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** All names, for messages to people who set one. */
  public static String codes() {
    return Arrays.stream(values()).map(TopicRisk::code).collect(Collectors.joining(", "));
  }

  /** The risk of that name. */
  public static Optional<TopicRisk> of(String code) {
    return Arrays.stream(values()).filter(risk -> risk.code().equals(code)).findFirst();
  }

  /** The first risk that a topic takes, of those that are not accepted. */
  static Optional<TopicRisk> first(TopicFacts topic, Set<TopicRisk> accepted) {
    return EnumSet.allOf(TopicRisk.class).stream()
        .filter(risk -> !accepted.contains(risk) && risk.isTaken(topic))
        .findFirst();
  }

  private boolean isTaken(TopicFacts topic) {
    var deletes = topic.cleanupPolicy().contains("delete");
    return switch (this) {
      case COMPACTION -> topic.cleanupPolicy().contains("compact");
      case SHORT_RETENTION ->
          deletes
              && topic.retentionMs() >= 0
              && topic.retentionMs() < TopicChecks.RETENTION_LEAST.toMillis();
      case SIZE_RETENTION -> deletes && topic.retentionBytes() >= 0;
      case UNCLEAN_ELECTION -> topic.replicas() > 1 && topic.uncleanElection();
      case ONE_IN_SYNC_REPLICA -> topic.replicas() > 1 && topic.inSyncLeast() < 2;
    };
  }

  /** Completes "topic x …". */
  String describe(TopicFacts topic) {
    return switch (this) {
      case COMPACTION ->
          "deletes all but the last message of each key (cleanup.policy=%s)"
              .formatted(topic.cleanupPolicy());
      case SHORT_RETENTION ->
          "deletes messages after %d ms (retention.ms), and a consumer that is down may need %d ms to come back"
              .formatted(topic.retentionMs(), TopicChecks.RETENTION_LEAST.toMillis());
      case SIZE_RETENTION ->
          "deletes messages of any age once a partition holds %d bytes (retention.bytes)"
              .formatted(topic.retentionBytes());
      case UNCLEAN_ELECTION ->
          "lets a replica that lacks messages become the leader (unclean.leader.election.enable=true)";
      case ONE_IN_SYNC_REPLICA ->
          "acknowledges a message that one of its %d replicas holds (min.insync.replicas=%d)"
              .formatted(topic.replicas(), topic.inSyncLeast());
    };
  }

  /** What to set the topic to. */
  String setting() {
    return setting;
  }
}
