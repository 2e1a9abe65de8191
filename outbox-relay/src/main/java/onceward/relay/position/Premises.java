package onceward.relay.position;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What was true when a position was reached, and has to be true still when the relay goes on from
 * there: otherwise messages may have been passed over, lost or reordered between the two. Kept with
 * the position in Kafka, so that a change is noticed whenever it was made. Immutable.
 *
 * @param publication the state of the publication under which messages were captured
 * @param outbox the identity of the table they were captured from; 0 if an older relay did not
 *     write it down
 * @param marks what had been done to that table by then; null if an older relay did not look
 * @param topics the topics that were published to, by name
 * @param doubt why rows may have been passed over since, as a sentence; null if nothing says so
 * @param boundedFrom from this place on, a standby that has all up to the position has all that is
 *     published: either messages and position are written in one transaction, or the server sends
 *     nothing before its standbys have it. Null if neither is so, or an older relay did not write
 *     it down
 */
public record Premises(
    String publication,
    long outbox,
    @Nullable OutboxMarks marks,
    Map<String, TopicIdentity> topics,
    @Nullable String doubt,
    @Nullable Lsn boundedFrom) {

  public Premises {
    topics = Map.copyOf(topics);
  }

  /** Of a publication alone. */
  public Premises(String publication) {
    this(publication, 0, null, Map.of(), null, null);
  }

  /** The same, with these topics known as well; what is known already stays. */
  public Premises knowing(Map<String, TopicIdentity> more) {
    var all = new TreeMap<>(more);
    all.putAll(topics);
    return new Premises(publication, outbox, marks, all, doubt, boundedFrom);
  }

  /** The same, in doubt; the first doubt stays. */
  public Premises doubting(String why) {
    return doubt == null
        ? new Premises(publication, outbox, marks, topics, why, boundedFrom)
        : this;
  }
}
