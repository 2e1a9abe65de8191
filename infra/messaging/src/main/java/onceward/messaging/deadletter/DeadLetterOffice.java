package onceward.messaging.deadletter;

import static java.util.stream.Collectors.joining;

import io.micronaut.context.annotation.Requires;
import io.micronaut.transaction.TransactionOperations;
import io.micronaut.transaction.TransactionStatus;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import onceward.messaging.deadletter.DeadLetterRows.Opened;
import onceward.messaging.deadletter.DeadLetterRows.Outcome;
import onceward.messaging.deadletter.ParkedKeyRelease.Released;
import onceward.messaging.deadletter.ParkedKeyRelease.Stopped;
import onceward.messaging.deadletter.ParkedKeyRelease.Turn;
import onceward.messaging.handling.FailureKinds;
import onceward.messaging.key.ConsumedKey;
import onceward.messaging.key.KeyDecision.CloseLetter;
import onceward.messaging.key.KeyDecision.GiveUpMissing;
import onceward.messaging.key.KeyDecision.HandleLetter;
import onceward.messaging.key.KeyDecision.HandleParked;
import onceward.messaging.key.KeyState.NextParked;
import onceward.messaging.key.KeyState.Parked;
import onceward.messaging.key.LastVersion;
import onceward.messaging.subscription.Subscription;
import onceward.messaging.subscription.Versions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists the dead letters of this service for an operator and closes them: by handling the message
 * after all, or by discarding it. The messages that wait behind the letter follow in order.
 *
 * <p>Letters of one key are closed in the order of their versions. Opens transactions of its own.
 * Safe for use by many threads and processes.
 */
@Singleton
@Requires(beans = {ParkedKeyRelease.class, Subscription.class})
public final class DeadLetterOffice {

  private static final Logger log = LoggerFactory.getLogger(DeadLetterOffice.class);

  private static final int NAMED_MAX = 10;

  /** The messages of one key that become letters when a letter without a subscription is closed. */
  private static final int BECOME_LETTERS_MAX = 100;

  private static final Failure NO_SUBSCRIPTION =
      new Failure(
          Reason.POISON,
          "the service has no subscription for the message, and the letter before it is closed",
          "no-subscription",
          "no-subscription",
          0,
          null);

  private static final Released NOTHING = new Released(List.of(), 0, null, Turn.ENDED);

  private final TransactionOperations<Connection> transactions;
  private final DeadLetterRows deadLetters;
  private final ArchivedLetterRows archives;
  private final ConsumedKeyRows keys;
  private final ParkedKeyRelease release;
  private final List<Subscription> subscriptions;

  DeadLetterOffice(
      TransactionOperations<Connection> transactions,
      DeadLetterRows deadLetters,
      ArchivedLetterRows archives,
      ConsumedKeyRows keys,
      ParkedKeyRelease release,
      List<Subscription> subscriptions) {
    this.transactions = transactions;
    this.deadLetters = deadLetters;
    this.archives = archives;
    this.keys = keys;
    this.release = release;
    this.subscriptions = subscriptions;
  }

  /**
   * A letter that was closed.
   *
   * @param letter the letter
   * @param released how many other messages of its key were handled; fewer than waited if one of
   *     them failed and became a letter itself
   * @param becameLetters how many messages that waited behind the letter became letters, because
   *     this process has no subscription that could handle them; a failed message does not count
   */
  public record Closed(UUID letter, int released, int becameLetters) {}

  /**
   * The open letters, oldest first.
   *
   * @param after those behind this one; null to start with the oldest
   */
  public List<DeadLetter> open(@Nullable UUID after, int limit) {
    return transactions.executeRead(_ -> deadLetters.open(after, limit));
  }

  /**
   * Handles the message now, whatever kept it from its handler, and then the messages behind it. A
   * letter that came before its predecessors gives them up.
   *
   * @throws CannotCloseException if there is no such open letter, no subscription for it in this
   *     process, or another of its key comes first
   * @throws RetryFailedException if its handler failed again, whatever it threw; the letter stays
   *     open
   */
  public Closed retry(UUID id) {
    return retry(id, Actor.CONSUMER);
  }

  /** As {@link #retry(UUID)}, on behalf of somebody. */
  public Closed retry(UUID id, Actor actor) {
    var letter = find(id);
    var subscription = subscriptionOf(letter);
    var earlier = handleEarlier(subscription, letter, actor, this::retry);
    return closed(subscription, letter, Outcome.HANDLED, actor, earlier);
  }

  /**
   * Puts another payload in the place of the letter's, and retries the letter. The original stays
   * beside it. A later retry uses the new payload too.
   *
   * @throws CannotCloseException as for {@link #retry}; nothing has changed then
   * @throws RetryFailedException as for {@link #retry}; the letter keeps the new payload
   */
  public Closed retryEdited(UUID id, byte[] payload, Actor actor) {
    var letter = find(id);
    var subscription = subscriptionOf(letter);
    transactions.executeWrite(_ -> {
      hold(subscription, letter);
      deadLetters.edit(id, payload, actor);
      return null;
    });
    // The one trace of it that outlives this database.
    log.info("{} of message {} is retried with another payload", letter, letter.messageId());
    return retry(id, actor);
  }

  /**
   * Gives the message up: no process will handle it. The messages behind it follow.
   *
   * <p>A letter needs no subscription to be given up. Without one, nothing can handle the messages
   * behind the last letter of the key: the first hundred become letters, and none is lost. No
   * version is given up: a subscription that comes back and checks versions finds a gap.
   *
   * @throws CannotCloseException if there is no such open letter, or another of its key comes first
   */
  public Closed discard(UUID id) {
    return discard(id, Actor.CONSUMER);
  }

  /** As {@link #discard(UUID)}, on behalf of somebody. */
  public Closed discard(UUID id, Actor actor) {
    var letter = find(id);
    var known = find(letter);
    if (known.isEmpty()) {
      return closeLeftBehind(letter, Outcome.DISCARDED, actor);
    }
    var subscription = known.get();
    var earlier = handleEarlier(subscription, letter, actor, this::discard);
    return closed(subscription, letter, Outcome.DISCARDED, actor, earlier);
  }

  /**
   * Closes the letter, whose content lies in a file. Gives up no version: where versions are
   * checked, the messages behind wait for the letter to be restored. The others follow. Without a
   * subscription, the messages behind become letters, as for {@link #discard(UUID)}.
   *
   * @throws CannotCloseException as for {@link #discard(UUID)}
   */
  public Closed archive(UUID id, Actor actor) {
    var letter = find(id);
    var known = find(letter);
    if (known.isEmpty()) {
      return closeLeftBehind(letter, Outcome.ARCHIVED, actor);
    }
    var subscription = known.get();
    transactions.executeWrite(_ -> {
      var held = hold(subscription, letter);
      keys.advance(subscription, List.of(beforeFirst(held, next(subscription, held))));
      release.close(subscription, held.key(), letter, Outcome.ARCHIVED, actor);
      return null;
    });
    return closed(subscription, letter, Outcome.ARCHIVED, actor, 0);
  }

  /**
   * Opens an archived letter again, with the content from the file, and parks its key. Needs no
   * subscription.
   *
   * @return whether the letter was archived; a letter that is not stays as it is
   */
  public boolean restore(ArchivedLetter archived, Actor actor) {
    return transactions.executeWrite(_ -> {
      var letter = archives.find(archived.id());
      if (letter.isEmpty()) {
        return false;
      }
      var subscription = find(letter.get()).orElseGet(() -> leftBehind(letter.get()));
      var key = letter.get().key();
      var held = key == null ? null : keys.lock(subscription, key);
      var isRestored = archives.restore(archived, actor);
      if (isRestored && held != null) {
        var first = deadLetters.lockFirst(subscription, held.name());
        keys.store(subscription, held.onLetters(ConsumedKeyRows.openLetter(first)));
      }
      return isRestored;
    });
  }

  /** Whether this process has the subscription of the letter. */
  public boolean hasSubscription(DeadLetter letter) {
    return find(letter).isPresent();
  }

  /**
   * Refuses a letter that this process cannot handle.
   *
   * @throws CannotCloseException if this process has no subscription for the letter
   */
  public void requireSubscription(DeadLetter letter) {
    subscriptionOf(letter);
  }

  /**
   * Closes a letter whose subscription this process does not have. The order of the letters of a
   * key does not matter: none of them is handled.
   */
  private Closed closeLeftBehind(DeadLetter letter, Outcome outcome, Actor actor) {
    var becameLetters =
        transactions.executeWrite(_ -> {
          var subscription = leftBehind(letter);
          var name = letter.key();
          // The key first, as every transaction does.
          var key = name == null ? null : keys.lock(subscription, name);
          if (deadLetters.lock(letter.id()).isEmpty()) {
            throw gone(letter.id());
          }
          deadLetters.close(letter.id(), outcome, actor);
          return key == null ? 0 : makeLettersBehind(subscription, key);
        });
    log.info(
        "{}: {} without a subscription, and {} messages behind it became dead letters",
        letter,
        outcome,
        becameLetters);
    return new Closed(letter.id(), 0, becameLetters);
  }

  /** While another letter of the key is open, the messages go on waiting behind that letter. */
  private int makeLettersBehind(Subscription subscription, ConsumedKey key) {
    var becameLetters =
        deadLetters.lockFirst(subscription, key.name()).isPresent()
            ? 0
            : deadLetters.addParked(subscription, key.name(), NO_SUBSCRIPTION, BECOME_LETTERS_MAX);
    var first = deadLetters.lockFirst(subscription, key.name());
    // Without a letter no message waits either.
    keys.store(
        subscription,
        first.isEmpty() ? key.released() : key.onLetters(ConsumedKeyRows.openLetter(first)));
    return becameLetters;
  }

  /** Stands for a subscription that this process does not have. Must not handle anything. */
  private static Subscription leftBehind(DeadLetter letter) {
    return Subscription.of(letter.consumer(), letter.topic());
  }

  /**
   * Does something with a letter in the open transaction.
   *
   * @see #handleEarlier
   */
  private interface Step {

    /** Returns whether messages that came before the letter have to be handled first. */
    boolean run(
        Subscription subscription,
        DeadLetter letter,
        Actor actor,
        TransactionStatus<Connection> transaction)
        throws Exception;
  }

  /**
   * Takes the step, after all messages that wait and came before the letter have been handled.
   *
   * @return how many there were
   */
  private int handleEarlier(Subscription subscription, DeadLetter letter, Actor actor, Step step) {
    var handled = 0;
    while (isEarlierFirst(subscription, letter, actor, step)) {
      var released = release.follow(subscription, String.valueOf(letter.key()), actor, letter.id());
      if (released.parked() == 0) {
        throw new CannotCloseException(
            "messages of the same key that came before %s cannot be handled now: the log says why"
                .formatted(letter));
      }
      handled += released.parked();
    }
    return handled;
  }

  private boolean isEarlierFirst(
      Subscription subscription, DeadLetter letter, Actor actor, Step step) {
    try {
      return transactions.executeWrite(
          transaction -> step.run(subscription, letter, actor, transaction));
    } catch (CannotCloseException refused) {
      throw refused;
    } catch (Throwable failed) {
      throw failedAgain(letter, failed, actor);
    }
  }

  private boolean retry(
      Subscription subscription,
      DeadLetter letter,
      Actor actor,
      TransactionStatus<Connection> transaction)
      throws Exception {
    var held = hold(subscription, letter);
    var key = held.key();
    switch (key.onRetry(next(subscription, held))) {
      case GiveUpMissing(long last) -> keys.advance(subscription, List.of(key.handled(last)));
      case HandleLetter _ ->
          release.handleLetter(subscription, key, held.opened(), actor, transaction);
      case HandleParked _ -> {
        return true;
      }
    }
    return false;
  }

  private boolean discard(
      Subscription subscription,
      DeadLetter letter,
      Actor actor,
      TransactionStatus<Connection> transaction) {
    var held = hold(subscription, letter);
    var key = held.key();
    switch (key.onDiscard(next(subscription, held))) {
      case GiveUpMissing(long last) -> {
        keys.advance(subscription, List.of(key.handled(last)));
        return true;
      }
      case HandleParked _ -> {
        return true;
      }
      case CloseLetter _ -> {
        var version = letter.version();
        if (version != null) {
          keys.advance(subscription, List.of(key.handled(version)));
        }
        release.close(subscription, key, letter, Outcome.DISCARDED, actor);
        return false;
      }
    }
  }

  /** No message waits behind a letter without a key. */
  private @Nullable NextParked next(Subscription subscription, Held held) {
    var opened = held.opened();
    return opened.letter().key() == null
        ? null
        : ParkedKeyRelease.nextOf(
            subscription, release.nextParked(subscription, held.key().name()), Optional.of(opened));
  }

  /**
   * The key, begun at the letter or at a message that waits before it: a rule that begins with the
   * first version it sees would begin behind the letter that has left.
   */
  private static ConsumedKey beforeFirst(Held held, @Nullable NextParked next) {
    var key = held.key();
    var version = held.opened().letter().version();
    if (version == null
        || key.last().version() != null
        || key.last().rule() != Versions.GAPLESS_FROM_FIRST_SEEN) {
      return key;
    }
    return key.handled((next == null ? version : Math.min(version, next.version())) - 1);
  }

  /** A letter that is open, and its key, both locked until the transaction ends. */
  private record Held(ConsumedKey key, Opened opened) {}

  /**
   * Locks key and letter until the transaction ends, the key first, as every transaction does. A
   * letter without a key holds back no other message.
   */
  private Held hold(Subscription subscription, DeadLetter letter) {
    var name = letter.key();
    if (name == null) {
      var opened = deadLetters.lock(letter.id()).orElseThrow(() -> gone(letter.id()));
      return new Held(
          new ConsumedKey("", new Parked(), new LastVersion(Versions.UNCHECKED, null)), opened);
    }
    var key = keys.lock(subscription, name);
    var first = deadLetters.lockFirst(subscription, name).orElseThrow(() -> gone(letter.id()));
    if (!first.letter().id().equals(letter.id())) {
      throw CannotCloseException.after(first.letter().id());
    }
    return new Held(key.onLetters(ConsumedKeyRows.openLetter(Optional.of(first))), first);
  }

  private Closed closed(
      Subscription subscription, DeadLetter letter, Outcome outcome, Actor actor, int earlier) {
    var key = letter.key();
    var released = key == null ? NOTHING : release.follow(subscription, key, actor);
    if (transactions.executeRead(_ -> deadLetters.find(letter.id())).isPresent()) {
      throw stillOpen(letter, released.stopped(), actor);
    }
    var others =
        released.letters().stream().filter(other -> !other.id().equals(letter.id())).count();
    var handled = earlier + released.parked() + Math.toIntExact(others);
    log.info("{}: {}, and {} other messages of its key handled", letter, outcome, handled);
    return new Closed(letter.id(), handled, 0);
  }

  private RetryFailedException stillOpen(
      DeadLetter letter, @Nullable Stopped stopped, Actor actor) {
    if (stopped == null) {
      return new RetryFailedException(letter + " is still open: the log says why", true);
    }
    return stopped.isNoted()
        ? failed(letter, FailureKinds.describe(stopped.failure()), false)
        : failedAgain(letter, stopped.failure(), actor);
  }

  private RetryFailedException failedAgain(DeadLetter letter, Throwable failed, Actor actor) {
    var failure = Failure.of(failed, letter.failure().reason(), letter.failure().attempts() + 1);
    transactions.executeWrite(_ -> {
      deadLetters.failedAgain(letter.id(), failure, actor);
      return null;
    });
    return failed(letter, failure.exception(), FailureKinds.isTransient(failed));
  }

  private static RetryFailedException failed(
      DeadLetter letter, String failure, boolean isTransient) {
    return new RetryFailedException(letter + " failed again: " + failure, isTransient);
  }

  private DeadLetter find(UUID id) {
    return transactions.executeRead(_ -> deadLetters.find(id)).orElseThrow(() -> unknown(id));
  }

  private Optional<Subscription> find(DeadLetter letter) {
    return subscriptions.stream()
        .filter(subscription -> subscription.consumer().equals(letter.consumer()))
        .filter(subscription -> subscription.topic().equals(letter.topic()))
        .findFirst();
  }

  private Subscription subscriptionOf(DeadLetter letter) {
    return find(letter)
        .orElseThrow(() ->
            new CannotCloseException(
                "%s belongs to no subscription of this process, so nothing can handle it: retry it after a release that has a subscription of '%s' on '%s', or discard or archive it"
                    .formatted(letter, letter.consumer(), letter.topic())));
  }

  /** An operator who comes from logs and traces has the id of the message. */
  private CannotCloseException unknown(UUID id) {
    var letters = transactions.executeRead(_ -> deadLetters.ofMessage(id, NAMED_MAX));
    return letters.isEmpty()
        ? gone(id)
        : new CannotCloseException(
            "%s is the id of a message, use that of its dead letter: %s"
                .formatted(
                    id,
                    letters.stream()
                        .map(letter -> "%s of %s".formatted(letter.id(), letter.consumer()))
                        .collect(joining(", "))));
  }

  private static CannotCloseException gone(UUID id) {
    return new CannotCloseException("there is no open dead letter " + id);
  }
}
