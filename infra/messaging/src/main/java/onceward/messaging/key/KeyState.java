package onceward.messaging.key;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The state of one key of a topic, as one consumer sees the key. Immutable; {@link ConsumedKey}
 * decides by the state what happens to a message.
 */
public sealed interface KeyState {

  /** Messages of the key are handled as they come. */
  record Flowing() implements KeyState {}

  /** Messages of the key wait until an operator closes the first open dead letter of the key. */
  record Parked() implements KeyState {}

  /**
   * The first open dead letter of the key came before its predecessors. The predecessors are
   * handled when they come; other messages of the key wait.
   *
   * @param before the version of the letter
   */
  record Gap(long before) implements KeyState {}

  /** No dead letter of the key is open any more. The messages that wait are handled in order. */
  record Released() implements KeyState {}

  /**
   * The first open dead letter of a key, as far as the key's state depends on the letter.
   *
   * @param tooEarly whether the letter waits for its predecessors
   * @param version the version of the letter; null if the record names none
   */
  record OpenLetter(boolean tooEarly, @Nullable Long version) {}

  /**
   * The next message that waits under a key.
   *
   * @param isBeforeLetter whether the message came before the first open letter of the key, so that
   *     the letter holds back only what is behind the message; false if no letter is open
   */
  record NextParked(long version, boolean isBeforeLetter) {}

  /** The state of a key whose messages wait, by the first open letter of the key. */
  static KeyState behind(Optional<OpenLetter> first) {
    if (first.isEmpty()) {
      return new Released();
    }
    var version = first.get().version();
    return first.get().tooEarly() && version != null ? new Gap(version) : new Parked();
  }
}
