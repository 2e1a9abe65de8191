package onceward.messaging.subscription;

import org.jspecify.annotations.Nullable;

/**
 * What a consumer knows of one key, as of the open transaction and what it has handled in it.
 * Belongs to one thread.
 */
final class ConsumedKey {

  /** Where a message stands to what has been handled. */
  enum Place {
    NEXT,
    OLD,
    AHEAD
  }

  private final String key;
  private final Versions rule;
  private final boolean parked;
  private final @Nullable Long gapBefore;
  private @Nullable Long version;
  private boolean advanced;

  ConsumedKey(
      String key, Versions rule, @Nullable Long version, boolean parked, @Nullable Long gapBefore) {
    this.key = key;
    this.rule = rule;
    this.version = version;
    this.parked = parked;
    this.gapBefore = gapBefore;
  }

  String key() {
    return key;
  }

  boolean isParked() {
    return parked;
  }

  Place place(long candidate) {
    if (rule == Versions.UNCHECKED) {
      return Place.NEXT;
    }
    if (version == null) {
      var first = rule == Versions.GAPLESS_FROM_FIRST_SEEN || candidate == 1;
      return first ? Place.NEXT : Place.AHEAD;
    }
    if (candidate <= version) {
      return Place.OLD;
    }
    return candidate == version + 1 ? Place.NEXT : Place.AHEAD;
  }

  /** Whether this is a message that those parked wait for, and not one to wait behind them. */
  boolean waitsFor(long candidate) {
    return gapBefore != null && candidate < gapBefore && place(candidate) == Place.NEXT;
  }

  /** Tells what is missing before a version that is ahead. */
  String describeGapBefore(long candidate) {
    return version == null
        ? "version %d came first".formatted(candidate)
        : "version %d came after version %d".formatted(candidate, version);
  }

  void handled(long handled) {
    if (rule != Versions.UNCHECKED && (version == null || handled > version)) {
      version = handled;
      advanced = true;
    }
  }

  boolean hasAdvanced() {
    return advanced;
  }

  @Nullable Long version() {
    return version;
  }
}
