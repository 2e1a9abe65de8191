package onceward.messaging.key;

import onceward.messaging.subscription.Versions;
import org.jspecify.annotations.Nullable;

/**
 * How far a consumer has come in the versions of one key. Immutable.
 *
 * @param rule what the subscription makes of versions
 * @param version the last version handled or given up; null if none is known
 */
public record LastVersion(Versions rule, @Nullable Long version) {

  /** Where a version stands to the last one. */
  public enum Place {
    /** The version may be handled next. */
    NEXT,
    /** The version has been handled or given up. */
    OLD,
    /** Versions are missing before this one. */
    AHEAD
  }

  /** Where a version stands to the last one. */
  public Place place(long candidate) {
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

  /** The last version once this one has been handled or given up. */
  public LastVersion after(long handled) {
    var advances = rule != Versions.UNCHECKED && (version == null || handled > version);
    return advances ? new LastVersion(rule, handled) : this;
  }

  /** Says what is missing before a version that is ahead. */
  String gapBefore(long candidate) {
    return version == null
        ? "version %d came first".formatted(candidate)
        : "version %d came after version %d".formatted(candidate, version);
  }
}
