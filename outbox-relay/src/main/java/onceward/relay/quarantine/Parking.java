package onceward.relay.quarantine;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import onceward.messaging.Message;
import onceward.relay.position.Key;
import onceward.relay.position.ParkedProgress;
import onceward.relay.position.Position;
import onceward.relay.publish.MessageRefusedException;
import onceward.relay.publish.PublishException;
import onceward.relay.publish.Publisher;
import onceward.relay.source.SlotLostException;
import onceward.relay.stop.StoppedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Parks messages for one generation of a pipeline, and publishes them when their key is released.
 * {@link ParkedKeys} decides; this class writes the table and publishes.
 *
 * <p>The position says which keys are parked and how far each has come; the position is written
 * together with what is published. The table is written before, so the table may hold more than the
 * position says: capture delivers those messages again. Not thread-safe.
 */
public final class Parking {

  private static final Logger log = LoggerFactory.getLogger(Parking.class);

  private final ParkedMessages table;
  private final Position start;
  private final Discarded discarded;

  /** Said once for each. As many at most as there are requests. */
  private final Set<Key> waitingReleases = new HashSet<>();

  private ParkedKeys keys;
  private int holder;

  /**
   * Reads which messages are discarded. Changes nothing before {@link #begin}.
   *
   * @param start the position at which the generation starts
   */
  public Parking(Position start, ParkedMessages table) {
    this.start = start;
    this.table = table;
    this.discarded = table.discarded();
    this.keys = ParkedKeys.atStart(Map.of(), Map.of(), discarded.messages());
  }

  /** Says from time to time whether to go on, and hears of progress. */
  public interface Pace {

    /** Whether the next portion may be published; asked before each. */
    boolean goesOn();

    /** So many messages are published and noted. */
    void released(int count);
  }

  /**
   * Takes over the parked keys, once no other relay changes them.
   *
   * @param holder the session that holds the slot; once that session does not, changes of the table
   *     fail with {@link SlotLostException}
   */
  public void begin(int holder) {
    this.holder = holder;
    var parked = new HashMap<Key, ParkedProgress>();
    start
        .parked()
        .forEach((key, progress) -> {
          if (isStillParked(key, progress)) {
            parked.put(key, progress);
          }
        });
    keys = ParkedKeys.atStart(parked, table.quarantined(), discarded.messages());
  }

  /** The relay before may have ended after it published and before it wrote the table. */
  private boolean isStillParked(Key key, ParkedProgress progress) {
    if (progress.released() > 0) {
      table.end(key, progress.released(), holder);
    }
    if (table.isParked(key, progress.arrived())) {
      return true;
    }
    table.forget(key, progress.arrived(), holder);
    return false;
  }

  /** The outbox rows whose changes cannot be read as messages and are passed over. */
  public Set<UUID> discardedChanges() {
    return discarded.changes();
  }

  /**
   * Parks the messages of a batch whose keys are parked.
   *
   * @return the other messages, to be published at the position that {@link #withParkedKeys} gives
   * @throws KeyReleasedException if another relay has released one of the keys
   * @throws SlotLostException if the session that began does not hold the slot
   */
  public List<Message> park(List<Message> batch) {
    if (keys.isEmpty()) {
      return batch;
    }
    var division = keys.on(batch);
    for (var message : division.passedOver()) {
      log.info("Passes over a message that an operator has discarded: {}", message);
    }
    keys = division.next();
    if (!division.toPark().isEmpty()) {
      keys = keys.withArrived(table.park(division.toPark(), keys.parked(), holder));
    }
    return division.passing();
  }

  /** The same place in the log, with the keys that are parked by now. */
  public Position withParkedKeys(Position place) {
    return keys.in(place);
  }

  /**
   * Publishes the parked messages of the keys whose release operators have requested. A key whose
   * topic is missing or unfit stays parked, and its request is withdrawn.
   *
   * @param admit judges the topics of messages before they are published
   * @param isMissing whether Kafka has no topic of that name, if a message was not taken in time
   * @param pace says whether to go on; what is left then stays requested
   * @return the position reached, which is written down
   * @throws ReleaseRefusedException if Kafka refuses a message once more; the key stays parked
   */
  public Position release(
      Publisher publisher,
      Position start,
      Consumer<List<Message>> admit,
      Predicate<String> isMissing,
      Pace pace)
      throws InterruptedException {
    var reached = withParkedKeys(start);
    for (var key : table.releaseRequested()) {
      if (!pace.goesOn()) {
        break;
      }
      if (keys.isParked(key)) {
        reached = release(key, publisher, reached, admit, isMissing, pace);
      } else {
        endDiscarded(key);
      }
    }
    if (!reached.equals(start)) {
      // A key that flows again may be quarantined anew: the position must not say that it is
      // parked, with numbers of the quarantine before.
      publisher.publish(List.of(), reached);
      publisher.checkpoint(reached);
    }
    return reached;
  }

  private Position release(
      Key key,
      Publisher publisher,
      Position start,
      Consumer<List<Message>> admit,
      Predicate<String> isMissing,
      Pace pace)
      throws InterruptedException {
    var arrived = keys.progress(key).arrived();
    var reached = start;
    for (var next = table.next(key, arrived); !next.isEmpty(); next = table.next(key, arrived)) {
      var messages = messages(next);
      if (!pace.goesOn() || !admits(key, messages, admit)) {
        return reached;
      }
      var last = next.getLast().arrival();
      keys = keys.withReleased(key, last).withDiscarded(discarded(next));
      reached = withParkedKeys(reached).covering(messages);
      publish(key, messages, publisher, reached, isMissing);
      table.end(key, last, holder);
      pace.released(next.size());
      log.info(
          "Released {} messages of {} {}", next.size(), key.aggregateType(), key.aggregateId());
    }
    table.forget(key, arrived, holder);
    keys = keys.withFlowing(key);
    return withParkedKeys(reached);
  }

  /** A topic that is missing or unfit holds up the key, and not the stream. */
  private boolean admits(Key key, List<Message> messages, Consumer<List<Message>> admit) {
    try {
      admit.accept(messages);
      return true;
    } catch (StoppedException unfit) {
      var first = messages.getFirst();
      table.withdrawRelease(key, first.id(), unfit.stop().toString());
      log.warn("The key of message {} stays parked: {}", first.id(), unfit.stop());
      return false;
    }
  }

  private static List<Message> messages(List<ParkedMessage> parked) {
    return parked.stream().filter(one -> !one.discarded()).map(ParkedMessage::message).toList();
  }

  private static List<UUID> discarded(List<ParkedMessage> parked) {
    return parked.stream().filter(ParkedMessage::discarded).map(one -> one.message().id()).toList();
  }

  /** The discarded messages have not been captured yet, and may never be. */
  private void endDiscarded(Key key) {
    keys = keys.withDiscarded(table.endDiscarded(key));
    if (!keys.isAwaited(key)) {
      table.forget(key, 0, holder);
    } else if (waitingReleases.add(key)) {
      log.warn(
          "The release of {} {} waits until capture delivers its quarantined message; if that does not come, see infra/docs/runbook/position-lost.md",
          key.aggregateType(),
          key.aggregateId());
    }
  }

  private void publish(
      Key key,
      List<Message> messages,
      Publisher publisher,
      Position reached,
      Predicate<String> isMissing)
      throws InterruptedException {
    try {
      publisher.publish(messages, reached);
      publisher.checkpoint(reached);
    } catch (MessageRefusedException refused) {
      throw withdrawn(key, refused.refused(), refused);
    } catch (PublishException failed) {
      if (failed.topic().filter(isMissing).isPresent()) {
        throw withdrawn(key, failed.notTaken().orElseThrow(), failed);
      }
      throw failed;
    }
  }

  private ReleaseRefusedException withdrawn(Key key, Message refused, RuntimeException why) {
    table.withdrawRelease(key, refused.id(), String.valueOf(why.getMessage()));
    return new ReleaseRefusedException(refused, why);
  }
}
