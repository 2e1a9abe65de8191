package onceward.messaging.key;

import java.util.Optional;
import onceward.messaging.key.KeyDecision.CloseLetter;
import onceward.messaging.key.KeyDecision.Drop;
import onceward.messaging.key.KeyDecision.GiveUpMissing;
import onceward.messaging.key.KeyDecision.Handle;
import onceward.messaging.key.KeyDecision.HandleLetter;
import onceward.messaging.key.KeyDecision.HandleParked;
import onceward.messaging.key.KeyDecision.Park;
import onceward.messaging.key.KeyDecision.Refusal;
import onceward.messaging.key.KeyDecision.Refuse;
import onceward.messaging.key.KeyDecision.Release;
import onceward.messaging.key.KeyDecision.Wait;
import onceward.messaging.key.KeyState.Flowing;
import onceward.messaging.key.KeyState.Gap;
import onceward.messaging.key.KeyState.NextParked;
import onceward.messaging.key.KeyState.OpenLetter;
import onceward.messaging.key.KeyState.Parked;
import onceward.messaging.key.KeyState.Released;
import onceward.messaging.key.LastVersion.Place;
import onceward.messaging.subscription.Versions;
import org.jspecify.annotations.Nullable;

/**
 * The one place that decides whether a key may go on: the state machine of a key, as drawn in
 * {@code infra/docs/state-machines.md}. Pure: asks no database and no clock. Whoever asks holds the
 * facts, and carries out the decision in the same transaction. Immutable.
 *
 * @param name the key
 * @param last how far the consumer has come
 * @param hasAdvanced whether the consumer has come further than the database knows
 */
public record ConsumedKey(String name, KeyState state, LastVersion last, boolean hasAdvanced) {

  /** What nobody remembers may not wait for a release. */
  public static final String TOO_OLD_AND_WAITS =
      "older than the inbox remembers, and its key waits";

  /** The key as the database knows it. */
  public ConsumedKey(String name, KeyState state, LastVersion last) {
    this(name, state, last, false);
  }

  /**
   * Decides what happens to a message that arrives from the topic.
   *
   * @param version the version of the message
   * @param tooOld whether the message is older than the inbox remembers
   */
  public KeyDecision.OnArrival onArrival(long version, boolean tooOld) {
    var place = last.place(version);
    if (place == Place.OLD) {
      return new Drop();
    }
    if (waits(version, place)) {
      return mayHaveBeenHandled(tooOld)
          ? new Refuse(Refusal.TOO_OLD, TOO_OLD_AND_WAITS)
          : new Park();
    }
    if (tooOld) {
      return new Refuse(Refusal.TOO_OLD, "older than the inbox remembers");
    }
    return place == Place.AHEAD ? tooEarly(version) : new Handle();
  }

  /**
   * Whoever releases a parked message asks no inbox, so a message that had its effect would have it
   * twice. Where versions are checked, the last one says that this message had none. No version is
   * known of a key whose messages were handled while versions were not checked.
   */
  private boolean mayHaveBeenHandled(boolean tooOld) {
    return tooOld && (last.rule() == Versions.UNCHECKED || last.version() == null);
  }

  private boolean waits(long version, Place place) {
    return switch (state) {
      case Flowing _ -> false;
      case Gap gap -> version >= gap.before() || place != Place.NEXT;
      case Parked _, Released _ -> true;
    };
  }

  /**
   * Decides what happens next under a key whose messages wait.
   *
   * @param next the next message that waits; null if none waits
   */
  public KeyDecision.OnLook onLook(@Nullable NextParked next) {
    return switch (state) {
      case Parked _ when isDueBeforeLetter(next) -> new HandleParked();
      case Flowing _, Parked _ -> new Wait();
      case Gap gap when next != null && next.version() < gap.before() ->
          last.place(next.version()) == Place.AHEAD ? new Wait() : new HandleParked();
      case Gap gap -> last.place(gap.before()) == Place.AHEAD ? new Wait() : new HandleLetter();
      case Released _ when next == null -> new Release();
      case Released _ ->
          last.place(next.version()) == Place.AHEAD ? tooEarly(next.version()) : new HandleParked();
    };
  }

  /**
   * Decides what happens to the first open letter of the key when an operator retries the letter.
   *
   * @param next the next message that waits; null if none waits
   */
  public KeyDecision.OnRetry onRetry(@Nullable NextParked next) {
    return switch (state) {
      case Gap gap -> giveUpMissing(gap, next);
      case Parked _ when isDueBeforeLetter(next) -> new HandleParked();
      default -> new HandleLetter();
    };
  }

  /**
   * Decides what happens to the first open letter of the key when an operator gives it up. No
   * message that waits is given up with the letter.
   *
   * @param next the next message that waits; null if none waits
   */
  public KeyDecision.OnDiscard onDiscard(@Nullable NextParked next) {
    return switch (state) {
      case Gap gap when next != null && next.version() < gap.before() -> giveUpMissing(gap, next);
      case Parked _ when isDueBeforeLetter(next) -> new HandleParked();
      default -> new CloseLetter();
    };
  }

  private static GiveUpMissing giveUpMissing(Gap gap, @Nullable NextParked next) {
    var first = next == null ? gap.before() : Math.min(gap.before(), next.version());
    return new GiveUpMissing(first - 1);
  }

  /** A record that kills the process becomes a letter also while its key is parked. */
  private boolean isDueBeforeLetter(@Nullable NextParked next) {
    return next != null && next.isBeforeLetter() && last.place(next.version()) != Place.AHEAD;
  }

  /** The key after its dead letters have changed: a letter was added, closed or given a reason. */
  public ConsumedKey onLetters(Optional<OpenLetter> first) {
    return new ConsumedKey(name, KeyState.behind(first), last, hasAdvanced);
  }

  /** The key after no message waits any more. */
  public ConsumedKey released() {
    return new ConsumedKey(name, new Flowing(), last, hasAdvanced);
  }

  /** The key after a version has been handled or given up. */
  public ConsumedKey handled(long version) {
    var after = last.after(version);
    return after.equals(last) ? this : new ConsumedKey(name, state, after, true);
  }

  private Refuse tooEarly(long version) {
    return new Refuse(Refusal.TOO_EARLY, last.gapBefore(version));
  }
}
