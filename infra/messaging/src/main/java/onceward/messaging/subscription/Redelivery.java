package onceward.messaging.subscription;

import io.micronaut.context.annotation.Requires;
import io.micronaut.transaction.TransactionOperations;
import io.micronaut.transaction.TransactionStatus;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import onceward.messaging.MessageRecords;
import onceward.messaging.deadletter.DeadLetter;
import onceward.messaging.deadletter.DeadLetters;
import onceward.messaging.deadletter.DeadLetters.Opened;
import onceward.messaging.deadletter.DeadLetters.Outcome;
import onceward.messaging.deadletter.Failure;
import onceward.messaging.deadletter.ParkedMessages;
import onceward.messaging.deadletter.ParkedMessages.Parked;
import onceward.messaging.deadletter.Reason;
import onceward.messaging.subscription.ConsumedKey.Place;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles what was set aside: a dead letter, and the messages parked behind it, in their order. One
 * transaction each, which holds the key, so that a delivery meanwhile parks behind them.
 *
 * <p>Safe for use by many threads and processes.
 */
@Singleton
@Requires(beans = {HandlerCall.class, TransactionOperations.class})
final class Redelivery {

  private static final Logger log = LoggerFactory.getLogger(Redelivery.class);

  /** Those beyond wait for the next look. */
  private static final int KEYS_AT_ONCE_MAX = 1_000;

  private final TransactionOperations<Connection> transactions;
  private final DeadLetters deadLetters;
  private final ParkedMessages parked;
  private final ConsumedKeys consumedKeys;
  private final HandlerCall handlers;

  Redelivery(
      TransactionOperations<Connection> transactions,
      DeadLetters deadLetters,
      ParkedMessages parked,
      ConsumedKeys consumedKeys,
      HandlerCall handlers) {
    this.transactions = transactions;
    this.deadLetters = deadLetters;
    this.parked = parked;
    this.consumedKeys = consumedKeys;
    this.handlers = handlers;
  }

  /**
   * What was handled when a key was released.
   *
   * @param letters those that waited only for what was missing
   * @param parked how many parked messages
   * @param failure what kept the first of those letters that are left from being handled; null if
   *     nothing did
   */
  record Released(List<DeadLetter> letters, int parked, @Nullable Throwable failure) {}

  /**
   * Lets the messages parked under a key follow, see {@link #follow}, and logs the letters that are
   * closed by it: nobody asked for that.
   */
  void release(Subscription subscription, String key) {
    var released = follow(subscription, key);
    for (var letter : released.letters()) {
      log.info(
          "{} closes by itself: it was {}, and what was missing has come; {} parked messages were handled with it",
          letter,
          letter.failure().exception(),
          released.parked());
    }
  }

  /**
   * Lets the messages parked under a key follow as far as they can: up to an open letter that waits
   * for an operator, or one of them that fails and becomes a letter itself. Does not throw.
   */
  Released follow(Subscription subscription, String key) {
    var letters = new ArrayList<DeadLetter>();
    var parkedHandled = 0;
    try {
      for (var step = step(subscription, key); step.wentOn(); step = step(subscription, key)) {
        if (step.letter() == null) {
          parkedHandled++;
        } else {
          letters.add(step.letter());
        }
      }
    } catch (FailedParkedException failed) {
      setAsideOrLater(subscription, key, failed);
    } catch (Throwable notNow) {
      log.warn("{} could not release a key: {}", subscription, Failures.describe(notNow));
      return new Released(letters, parkedHandled, notNow);
    }
    return new Released(letters, parkedHandled, null);
  }

  /**
   * The parked keys that nothing holds back any more: a process ended, or a message could not be
   * handled for now, between what they waited for and their release. Does not throw.
   */
  List<String> mayFollow(Subscription subscription) {
    try {
      return transactions.executeRead(_ -> consumedKeys.mayFollow(subscription, KEYS_AT_ONCE_MAX));
    } catch (RuntimeException notNow) {
      log.warn("{} did not look for parked keys: {}", subscription, Failures.describe(notNow));
      return List.of();
    }
  }

  /**
   * Whether one more message of the key was handled.
   *
   * @param letter the letter that it lay in; null for one that was parked
   */
  private record Step(boolean wentOn, @Nullable DeadLetter letter) {

    static final Step NONE = new Step(false, null);
    static final Step PARKED = new Step(true, null);
  }

  private Step step(Subscription subscription, String name) {
    return transactions.executeWrite(transaction -> {
      var key = consumedKeys.lock(subscription, name);
      if (!key.isParked()) {
        return Step.NONE;
      }
      var letter = deadLetters.lockFirst(subscription.consumer(), subscription.topic(), name);
      var next = nextParked(subscription, name);
      if (letter.isPresent()) {
        return stepWithLetter(subscription, key, letter.get(), next, transaction);
      }
      if (next.isPresent()) {
        return handleParked(subscription, key, next.get(), transaction);
      }
      consumedKeys.release(subscription, name);
      return Step.NONE;
    });
  }

  /** While there is a letter, only what it waits for goes before it, and it when that has come. */
  private Step stepWithLetter(
      Subscription subscription,
      ConsumedKey key,
      Opened opened,
      Optional<Parked> next,
      TransactionStatus<Connection> transaction)
      throws Exception {
    var letter = opened.letter();
    var version = letter.version();
    if (letter.failure().reason() != Reason.VERSION_GAP || version == null) {
      return Step.NONE;
    }
    if (next.isPresent() && versionOf(next.get().record()) < version) {
      return key.place(versionOf(next.get().record())) == Place.AHEAD
          ? Step.NONE
          : handleParked(subscription, key, next.get(), transaction);
    }
    if (key.place(version) == Place.AHEAD) {
      return Step.NONE;
    }
    handleLetter(subscription, key, opened, transaction);
    return new Step(true, letter);
  }

  /** Handles the letter in the open transaction, and closes it. */
  void handleLetter(
      Subscription subscription,
      ConsumedKey key,
      Opened opened,
      TransactionStatus<Connection> transaction)
      throws Exception {
    handle(subscription, key, opened.record(), transaction);
    deadLetters.close(opened.letter().id(), Outcome.HANDLED);
  }

  private Step handleParked(
      Subscription subscription,
      ConsumedKey key,
      Parked next,
      TransactionStatus<Connection> transaction) {
    try {
      if (key.place(versionOf(next.record())) == Place.AHEAD) {
        var why = key.describeGapBefore(versionOf(next.record()));
        throw new RefusedException(Reason.VERSION_GAP, why);
      }
      handle(subscription, key, next.record(), transaction);
      parked.remove(next);
      return Step.PARKED;
    } catch (Throwable failure) {
      throw new FailedParkedException(next, failure);
    }
  }

  private void handle(
      Subscription subscription,
      ConsumedKey key,
      ConsumerRecord<byte[], byte[]> record,
      TransactionStatus<Connection> transaction)
      throws Exception {
    var message = MessageRecords.toMessage(record);
    var route = subscription.route(message.type());
    if (route != null && key.place(message.aggregateVersion()) != Place.OLD) {
      handlers.handle(subscription.consumer(), route, message, transaction);
    }
    key.handled(message.aggregateVersion());
    consumedKeys.advance(subscription, List.of(key));
  }

  private void setAsideOrLater(
      Subscription subscription, String name, FailedParkedException failed) {
    try {
      setAside(subscription, name, failed);
    } catch (RuntimeException notNow) {
      log.warn(
          "{} could not make a letter of a parked message: {}",
          subscription,
          Failures.describe(notNow));
    }
  }

  /** The next parked message becomes a letter itself, and holds back those behind it. */
  private void setAside(Subscription subscription, String name, FailedParkedException failed) {
    var cause = failed.failure();
    log.warn("{} cannot handle a parked message: {}", subscription, Failures.describe(cause));
    if (Failures.isTransient(cause)) {
      return;
    }
    var reason = cause instanceof RefusedException refused ? refused.reason() : Reason.POISON;
    var failure = Failures.describe(cause, reason, 1);
    transactions.executeWrite(_ -> {
      consumedKeys.lock(subscription, name);
      nextParked(subscription, name)
          .filter(next -> next.position() == failed.parked().position())
          .ifPresent(next -> exchange(subscription, name, next, failure));
      return null;
    });
  }

  private void exchange(Subscription subscription, String name, Parked next, Failure failure) {
    deadLetters.add(subscription.consumer(), next.record(), failure);
    parked.remove(next);
    var gapBefore = failure.reason() == Reason.VERSION_GAP ? versionOf(next.record()) : null;
    consumedKeys.park(subscription, name, gapBefore);
  }

  Optional<Parked> nextParked(Subscription subscription, String key) {
    var byVersion = subscription.versions() != Versions.UNCHECKED;
    return parked.first(subscription.consumer(), subscription.topic(), key, byVersion);
  }

  static long versionOf(ConsumerRecord<byte[], byte[]> record) {
    return MessageRecords.versionIn(record).orElseThrow();
  }

  /** A parked message failed, and rolled back the transaction it was handled in. */
  private static final class FailedParkedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Parked parked;

    FailedParkedException(Parked parked, Throwable cause) {
      super(cause);
      this.parked = parked;
    }

    Parked parked() {
      return parked;
    }

    Throwable failure() {
      return getCause() == null ? this : getCause();
    }
  }
}
