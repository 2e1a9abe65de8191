package onceward.relay.preflight;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import onceward.messaging.Message;
import onceward.relay.position.Premises;
import onceward.relay.position.TopicIdentity;
import onceward.relay.publish.KafkaAwayException;
import onceward.relay.publish.TopicFacts;
import onceward.relay.publish.TopicLook;
import onceward.relay.publish.TopicName;
import onceward.relay.publish.Topics;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StoppedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topics that a pipeline publishes to: each is judged before its first message, and looked at
 * again and again from then on. {@link #admit} belongs to the thread that publishes, the rest is
 * safe for use by many threads.
 */
public final class PublishedTopics {

  private static final Logger log = LoggerFactory.getLogger(PublishedTopics.class);

  /** How many topics a position lists; each takes some 80 bytes of the record. */
  private static final int KNOWN_MAX = 500;

  private final String pipeline;
  private final TopicSettings settings;
  private final Topics topics;
  private final Set<String> admitted = new HashSet<>();
  private volatile Map<String, TopicIdentity> known;

  PublishedTopics(String pipeline, TopicSettings settings, Topics topics, Premises start) {
    this.pipeline = pipeline;
    this.settings = settings;
    this.topics = topics;
    this.known = start.topics();
  }

  /** The topics as they are known to be; at most {@value #KNOWN_MAX}. Immutable. */
  public Map<String, TopicIdentity> known() {
    return known;
  }

  /**
   * Judges the topics of messages that are about to be published, unless it has done so before.
   *
   * @throws StoppedException if a topic does not exist or is not fit, at the message for it
   * @throws KafkaAwayException if Kafka does not answer
   */
  public void admit(List<Message> messages) {
    for (var message : messages) {
      if (!admitted.contains(message.aggregateType())) {
        admit(message);
      }
    }
  }

  private void admit(Message message) {
    var name = settings.addressing().topics().topicOf(message.aggregateType());
    if (!TopicName.isAllowed(name)) {
      // The publisher refuses the message by name.
      return;
    }
    var facts = topics.look(Set.of(name));
    checks(facts).stop(name).findFirst().map(stop -> stop.at(message)).ifPresent(this::refuse);
    checks(facts).changes(onlyOf(name)).findFirst().ifPresent(this::refuse);
    admitted.add(message.aggregateType());
    learn(name, facts);
  }

  private Map<String, TopicIdentity> onlyOf(String name) {
    var identity = known.get(name);
    return identity == null ? Map.of() : Map.of(name, identity);
  }

  private void learn(String name, Map<String, TopicFacts> facts) {
    var topic = facts.get(name);
    if (topic == null || known.containsKey(name)) {
      return;
    }
    if (known.size() >= KNOWN_MAX) {
      log.warn(
          "Pipeline {} publishes to more than {} topics: it does not notice when {} is deleted or gets more partitions",
          pipeline,
          KNOWN_MAX,
          name);
      return;
    }
    var more = new HashMap<>(known);
    more.put(name, topic.identity());
    known = Map.copyOf(more);
  }

  /**
   * Looks again at every topic that was published to or is declared, and at that of positions.
   *
   * @param look over a connection of the caller's
   * @throws StoppedException if one of them was changed or is not fit any more
   * @throws KafkaAwayException if Kafka does not answer
   */
  public void lookAgain(TopicLook look) {
    var before = known;
    var names = new HashSet<>(settings.declared());
    names.addAll(before.keySet());
    var all = new HashSet<>(names);
    all.add(settings.positions());
    var checks = checks(look.look(all));
    var changes = checks.changes(before).toList();
    if (!changes.isEmpty()) {
      refuse(Stop.together(changes));
    }
    checks.stop(names).ifPresent(this::refuse);
  }

  private TopicChecks checks(Map<String, TopicFacts> facts) {
    return new TopicChecks(pipeline, topics.toolArguments(), settings, facts);
  }

  private void refuse(Stop stop) {
    throw new StoppedException(stop);
  }
}
