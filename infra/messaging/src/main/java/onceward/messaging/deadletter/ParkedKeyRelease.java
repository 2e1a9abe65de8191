package onceward.messaging.deadletter;

import io.micronaut.context.annotation.Requires;
import io.micronaut.transaction.TransactionOperations;
import io.micronaut.transaction.TransactionStatus;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import onceward.messaging.MessageRecords;
import onceward.messaging.deadletter.DeadLetterRows.Opened;
import onceward.messaging.deadletter.DeadLetterRows.Outcome;
import onceward.messaging.deadletter.ParkedMessageRows.Parked;
import onceward.messaging.handling.FailureKinds;
import onceward.messaging.handling.HandlerCall;
import onceward.messaging.handling.KilledProcessException;
import onceward.messaging.handling.RefusedException;
import onceward.messaging.key.ConsumedKey;
import onceward.messaging.key.KeyDecision.HandleLetter;
import onceward.messaging.key.KeyDecision.HandleParked;
import onceward.messaging.key.KeyDecision.Refuse;
import onceward.messaging.key.KeyDecision.Release;
import onceward.messaging.key.KeyDecision.Wait;
import onceward.messaging.key.KeyState.Flowing;
import onceward.messaging.key.KeyState.NextParked;
import onceward.messaging.key.LastVersion.Place;
import onceward.messaging.subscription.Subscription;
import onceward.messaging.subscription.Versions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles the messages that wait under a key, in their order, as far as {@link ConsumedKey} lets
 * them go on. One transaction for each message; the transaction locks the key, so that a message
 * that arrives meanwhile waits behind them.
 *
 * <p>Safe for use by many threads and processes.
 */
@Singleton
@Requires(beans = {HandlerCall.class, TransactionOperations.class})
public final class ParkedKeyRelease {

  private static final Logger log = LoggerFactory.getLogger(ParkedKeyRelease.class);

  /** How long a turn of one key lasts: other keys and partitions wait meanwhile. */
  private static final Duration TURN_MAX = Duration.ofSeconds(2);

  private final TransactionOperations<Connection> transactions;
  private final DeadLetterRows deadLetters;
  private final ParkedMessageRows parked;
  private final ConsumedKeyRows keys;
  private final HandlerCall handlers;
  private final ReleaseStarts starts;

  ParkedKeyRelease(
      TransactionOperations<Connection> transactions,
      DeadLetterRows deadLetters,
      ParkedMessageRows parked,
      ConsumedKeyRows keys,
      HandlerCall handlers,
      ReleaseStarts starts) {
    this.transactions = transactions;
    this.deadLetters = deadLetters;
    this.parked = parked;
    this.keys = keys;
    this.handlers = handlers;
    this.starts = starts;
  }

  /**
   * The messages that were handled under one key.
   *
   * @param letters the letters that waited only for their predecessors
   * @param parked the number of parked messages
   * @param stopped why a letter could not be handled; null if none failed
   * @param turn what is left
   */
  record Released(List<DeadLetter> letters, int parked, @Nullable Stopped stopped, Turn turn) {}

  /**
   * What a turn has left.
   *
   * @param isUnfinished whether the next message may be handled at once
   * @param standstill which message cannot be handled for now, and why; null if the key gets on
   */
  public record Turn(boolean isUnfinished, @Nullable String standstill) {

    static final Turn ENDED = new Turn(false, null);
  }

  /**
   * What stopped a release.
   *
   * @param isNoted whether the letter says so already
   */
  record Stopped(Throwable failure, boolean isNoted) {}

  /**
   * Handles the messages that wait under a key, see {@link #follow}, for at most two seconds and
   * the handling of one message, and logs the letters that closed: no operator asked for that.
   */
  public Turn release(Subscription subscription, String key) {
    return release(subscription, key, false);
  }

  /**
   * As {@link #release}, for a key that {@link #overdue} has named. Every process that starts comes
   * here by itself, so a message at which three processes have ended becomes a dead letter and is
   * not handled. Takes a second connection; one thread at a time may call it.
   */
  public Turn releaseOverdue(Subscription subscription, String key) {
    return release(subscription, key, true);
  }

  private Turn release(Subscription subscription, String key, boolean marked) {
    var released = follow(subscription, key, Actor.CONSUMER, null, TURN_MAX, marked);
    for (var letter : released.letters()) {
      log.info(
          "{} closes by itself: it was {}, and what was missing has come; {} parked messages were handled with it",
          letter,
          letter.failure().exception(),
          released.parked());
    }
    return released.turn();
  }

  /**
   * Handles the messages that wait under a key until the key flows, or an open letter holds back
   * the rest. A message that fails for good becomes such a letter. Does not throw.
   *
   * @param actor on whose behalf letters are handled
   */
  Released follow(Subscription subscription, String key, Actor actor) {
    return follow(subscription, key, actor, null);
  }

  /**
   * As {@link #follow(Subscription, String, Actor)}, up to a letter that an operator is about to
   * give up: what was missing before the letter may be there by then.
   *
   * @param until the letter that is not handled; null for none
   */
  Released follow(Subscription subscription, String key, Actor actor, @Nullable UUID until) {
    return follow(subscription, key, actor, until, Duration.ofNanos(Long.MAX_VALUE), false);
  }

  /**
   * The rest of a turn needs no marks: a message that ends the process is the first of the next.
   *
   * @param marked whether the start with the first message is marked
   */
  private Released follow(
      Subscription subscription,
      String key,
      Actor actor,
      @Nullable UUID until,
      Duration turnMax,
      boolean marked) {
    var begun = System.nanoTime();
    var letters = new ArrayList<DeadLetter>();
    var parkedHandled = 0;
    @Nullable Stopped stopped = null;
    var turn = Turn.ENDED;
    try {
      while (!turn.isUnfinished()) {
        var isFirst = letters.isEmpty() && parkedHandled == 0;
        var step = step(subscription, key, actor, until, marked && isFirst);
        if (!step.wentOn()) {
          break;
        }
        if (step.letter() == null) {
          parkedHandled++;
        } else {
          letters.add(step.letter());
        }
        turn = new Turn(System.nanoTime() - begun > turnMax.toNanos(), null);
      }
    } catch (ParkedFailedException failed) {
      turn = becomeLetter(subscription, key, failed);
    } catch (LetterFailedException failed) {
      stopped = new Stopped(failed.failure(), becomeReason(subscription, key, failed, actor));
      turn = stopped.isNoted() ? Turn.ENDED : standstill(failed.letter(), failed.failure());
    } catch (Throwable notNow) {
      log.warn(
          "{} could not release a key, tries again within 10 s: {}",
          subscription,
          FailureKinds.describe(notNow));
      stopped = new Stopped(notNow, false);
      turn = standstill("a key", notNow);
    }
    return new Released(letters, parkedHandled, stopped, turn);
  }

  private static Turn standstill(Object what, Throwable failure) {
    return new Turn(false, "%s: %s".formatted(what, FailureKinds.describe(failure)));
  }

  /** A key whose messages wait, and since when the key is parked. */
  public record WaitingKey(String name, Instant parkedAt) {}

  /**
   * The keys whose next message may be handled and that nobody is handling: a process ended, or the
   * message could not be handled for now. The longest parked come first. Does not throw.
   *
   * @param after the key behind which to begin; null to begin with the first
   * @return empty if the database could not be asked
   */
  public Optional<List<WaitingKey>> overdue(
      Subscription subscription, @Nullable WaitingKey after, int limit) {
    try {
      return Optional.of(
          transactions.executeRead(_ ->
              keys.waiting(
                  subscription,
                  waiting -> !(waiting.key().onLook(waiting.next()) instanceof Wait),
                  after,
                  limit)));
    } catch (RuntimeException notNow) {
      log.warn(
          "{} did not look for keys that may be released, looks again in 5 s: {}",
          subscription,
          FailureKinds.describe(notNow));
      return Optional.empty();
    }
  }

  /**
   * Whether one more message of the key was handled.
   *
   * @param letter the letter that held the message; null for a parked message
   */
  private record Step(boolean wentOn, @Nullable DeadLetter letter) {

    static final Step NONE = new Step(false, null);
    static final Step PARKED = new Step(true, null);
  }

  private Step step(
      Subscription subscription, String name, Actor actor, @Nullable UUID until, boolean marked) {
    return transactions.executeWrite(transaction -> {
      var stored = keys.lock(subscription, name);
      if (stored.state() instanceof Flowing) {
        return Step.NONE;
      }
      var letter = first(subscription, name);
      var key = stored.onLetters(ConsumedKeyRows.openLetter(letter));
      keys.storeIfChanged(subscription, stored, key);
      var next = nextParked(subscription, name);
      return switch (key.onLook(nextOf(subscription, next, letter))) {
        case Wait _ -> Step.NONE;
        case Release _ -> {
          keys.store(subscription, key.released());
          yield Step.NONE;
        }
        case HandleLetter _ when letter.orElseThrow().letter().id().equals(until) -> Step.NONE;
        case HandleLetter _ ->
            handleFirstLetter(subscription, key, letter.orElseThrow(), actor, transaction, marked);
        case HandleParked _ ->
            handleParked(subscription, key, next.orElseThrow(), transaction, marked);
        case Refuse refuse ->
            throw new ParkedFailedException(next.orElseThrow(), new RefusedException(refuse));
      };
    });
  }

  private Step handleFirstLetter(
      Subscription subscription,
      ConsumedKey key,
      Opened opened,
      Actor actor,
      TransactionStatus<Connection> transaction,
      boolean marked) {
    if (marked && !starts.begin(subscription, opened.record())) {
      throw new LetterFailedException(opened.letter(), new KilledProcessException());
    }
    try {
      handle(subscription, key, opened.record(), transaction, marked);
      close(subscription, key, opened.letter(), Outcome.HANDLED, actor);
      return new Step(true, opened.letter());
    } catch (Throwable failure) {
      throw new LetterFailedException(opened.letter(), failure);
    }
  }

  /** Handles the letter in the open transaction, and closes it. */
  void handleLetter(
      Subscription subscription,
      ConsumedKey key,
      Opened opened,
      Actor actor,
      TransactionStatus<Connection> transaction)
      throws Exception {
    handle(subscription, key, opened.record(), transaction, false);
    close(subscription, key, opened.letter(), Outcome.HANDLED, actor);
  }

  /** Closes the letter, and writes the state that the key is in without the letter. */
  void close(
      Subscription subscription, ConsumedKey key, DeadLetter letter, Outcome outcome, Actor actor) {
    deadLetters.close(letter.id(), outcome, actor);
    starts.forget(letter);
    if (letter.key() != null) {
      storeByLetters(subscription, key);
    }
  }

  private void storeByLetters(Subscription subscription, ConsumedKey key) {
    var first = ConsumedKeyRows.openLetter(first(subscription, key.name()));
    keys.store(subscription, key.onLetters(first));
  }

  private Step handleParked(
      Subscription subscription,
      ConsumedKey key,
      Parked next,
      TransactionStatus<Connection> transaction,
      boolean marked) {
    if (marked && !starts.begin(subscription, next.record())) {
      throw new ParkedFailedException(next, new KilledProcessException());
    }
    try {
      handle(subscription, key, next.record(), transaction, marked);
      remove(subscription, next);
      return Step.PARKED;
    } catch (Throwable failure) {
      throw new ParkedFailedException(next, failure);
    }
  }

  private void remove(Subscription subscription, Parked settled) {
    parked.remove(settled);
    starts.forget(subscription.consumer(), settled.record());
  }

  /** The mark goes before the key is unlocked, or another process would count this start. */
  private void handle(
      Subscription subscription,
      ConsumedKey key,
      ConsumerRecord<byte[], byte[]> record,
      TransactionStatus<Connection> transaction,
      boolean marked)
      throws Exception {
    try {
      handle(subscription, key, record, transaction);
    } catch (Throwable failure) {
      if (marked) {
        starts.survived();
      }
      throw failure;
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
    if (route != null && key.last().place(message.aggregateVersion()) != Place.OLD) {
      handlers.handle(subscription.consumer(), route, message, transaction, null);
    }
    keys.advance(subscription, List.of(key.handled(message.aggregateVersion())));
  }

  /** The parked message that failed for good becomes a letter, and holds back those behind it. */
  private Turn becomeLetter(Subscription subscription, String name, ParkedFailedException failed) {
    log.warn(
        "{} cannot handle a parked message, {}: {}",
        subscription,
        failed.parked(),
        FailureKinds.describe(failed.failure()));
    if (FailureKinds.isTransient(failed.failure())) {
      return standstill(failed.parked(), failed.failure());
    }
    try {
      return transactions.executeWrite(_ -> {
        var key = keys.lock(subscription, name);
        nextParked(subscription, name)
            .filter(next -> next.position() == failed.parked().position())
            .ifPresent(next -> exchange(subscription, key, next, lasting(failed.failure(), 0)));
        return Turn.ENDED;
      });
    } catch (RuntimeException notNow) {
      log.warn(
          "{} could not make a dead letter of a parked message, tries again within 10 s: {}",
          subscription,
          FailureKinds.describe(notNow));
      return standstill(failed.parked(), notNow);
    }
  }

  private void exchange(Subscription subscription, ConsumedKey key, Parked next, Failure failure) {
    deadLetters.add(subscription.consumer(), next, failure);
    remove(subscription, next);
    storeByLetters(subscription, key);
  }

  /** A start that ended the process counts as an attempt, too. */
  private static Failure lasting(Throwable failure, int attemptsBefore) {
    var attempts =
        failure instanceof KilledProcessException ? KilledProcessException.STARTS_MAX : 1;
    return Failure.lasting(failure, attemptsBefore + attempts);
  }

  /**
   * A letter that has waited for its predecessors and fails for good gets the reason of the
   * failure: from now on an operator decides.
   *
   * @return whether the letter has got the reason
   */
  private boolean becomeReason(
      Subscription subscription, String name, LetterFailedException failed, Actor actor) {
    var letter = failed.letter();
    log.warn("{} cannot be handled: {}", letter, FailureKinds.describe(failed.failure()));
    if (FailureKinds.isTransient(failed.failure())) {
      return false;
    }
    var failure = lasting(failed.failure(), letter.failure().attempts());
    try {
      return transactions.executeWrite(_ -> {
        var key = keys.lock(subscription, name);
        if (first(subscription, name)
            .filter(is -> is.letter().id().equals(letter.id()))
            .isEmpty()) {
          // Somebody has closed the letter meanwhile, and may have released the key.
          return false;
        }
        deadLetters.failedAgain(letter.id(), failure, actor);
        starts.forget(letter);
        storeByLetters(subscription, key);
        return true;
      });
    } catch (RuntimeException notNow) {
      log.warn(
          "{} keeps its old reason, for the database failed: {}",
          letter,
          FailureKinds.describe(notNow));
      return false;
    }
  }

  private Optional<Opened> first(Subscription subscription, String key) {
    return deadLetters.lockFirst(subscription, key);
  }

  Optional<Parked> nextParked(Subscription subscription, String key) {
    var byVersion = subscription.versions() != Versions.UNCHECKED;
    return parked.first(subscription.consumer(), subscription.topic(), key, byVersion);
  }

  /** What a decision has to know of the next message that waits; null if none waits. */
  static @Nullable NextParked nextOf(
      Subscription subscription, Optional<Parked> next, Optional<Opened> letter) {
    return next.map(
            parked -> {
              var version = MessageRecords.versionIn(parked.record()).orElseThrow();
              var isBefore =
                  letter
                      .filter(open -> ConsumedKeyRows.isBefore(subscription, version, parked, open))
                      .isPresent();
              return new NextParked(version, isBefore);
            })
        .orElse(null);
  }

  /** A message failed, and rolled back the transaction that handled the message. */
  private abstract static class FailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    FailedException(Throwable cause) {
      super(cause);
    }

    final Throwable failure() {
      return getCause() == null ? this : getCause();
    }
  }

  private static final class ParkedFailedException extends FailedException {

    private static final long serialVersionUID = 1L;

    private final transient Parked parked;

    ParkedFailedException(Parked parked, Throwable cause) {
      super(cause);
      this.parked = parked;
    }

    Parked parked() {
      return parked;
    }
  }

  private static final class LetterFailedException extends FailedException {

    private static final long serialVersionUID = 1L;

    private final transient DeadLetter letter;

    LetterFailedException(DeadLetter letter, Throwable cause) {
      super(cause);
      this.letter = letter;
    }

    DeadLetter letter() {
      return letter;
    }
  }
}
