package onceward.relay.position;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import onceward.messaging.Message;
import org.jspecify.annotations.Nullable;

/**
 * What has been published up to a position, summed up by the hour in the ids of the messages. It is
 * part of the position: whoever goes on from there counts on from there, so what is published again
 * after a crash is counted once.
 *
 * <p>It is bounded, and may forget: a sum that is short proves nothing, and whoever compares reads
 * the messages of that hour. A coverage that is written down holds only messages that Kafka has
 * acknowledged, as its position does. Messages whose ids have no time are not counted. Immutable.
 *
 * @param open hours that are being added to, the one that was added to last at the end; at most
 *     {@value #OPEN_MAX}
 * @param closed the last parts that were closed, the oldest first; at most {@value #CLOSED_MAX}.
 *     Whoever writes the position down writes them before it, unless it has already done so
 * @param parts how many parts have been closed; their numbers are 0 to {@code parts - 1}
 * @param first the first message that was counted: tells the parts of this count from those of one
 *     before, whose numbers are the same; null for none, and for a count that an older relay began
 */
public record Coverage(List<Hour> open, List<Part> closed, long parts, @Nullable UUID first) {

  /** Nothing has been published yet, or nobody knows what. */
  public static final Coverage NONE = new Coverage(List.of(), List.of(), 0, null);

  /** An hour that ends is added to for a while; so are those of transactions that commit late. */
  static final int OPEN_MAX = 4;

  /** More are closed between two positions only by a crowd of old messages. */
  static final int CLOSED_MAX = 16;

  /** Each takes some 100 bytes of the position. */
  static final int TYPES_MAX = 100;

  public Coverage {
    open = List.copyOf(open);
    closed = List.copyOf(closed);
  }

  /**
   * An hour.
   *
   * @param number since 1970, in UTC
   * @param from how far in the log the first of these messages was published
   * @param to how far in the log the last of these messages was published
   * @param sums by the kind of aggregate; at most {@value Coverage#TYPES_MAX}
   */
  public record Hour(long number, Lsn from, Lsn to, Map<String, Sum> sums) {

    public Hour {
      sums = Map.copyOf(sums);
    }
  }

  /**
   * A part of an hour, or all of it, to which nothing is added any more.
   *
   * @param number tells it from all other parts of the slot
   */
  public record Part(long number, Hour hour) {}

  /**
   * How many messages.
   *
   * @param ids the exclusive or of their ids
   */
  public record Sum(long count, UUID ids) {}

  /**
   * With messages that were published.
   *
   * @param place how far in the log that was
   */
  Coverage with(List<Message> messages, Lsn place) {
    if (messages.isEmpty()) {
      return this;
    }
    var counting = new CoverageCounting(this, place);
    messages.forEach(counting::add);
    return counting.sum();
  }
}
