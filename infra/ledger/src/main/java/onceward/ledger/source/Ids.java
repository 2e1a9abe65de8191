package onceward.ledger.source;

import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.UUID;

/** Message ids in the order in which PostgreSQL sorts them, and the time that is in them. */
public final class Ids {

  /** By their bytes, as PostgreSQL does. {@link UUID#compareTo} takes both halves as signed. */
  public static final Comparator<UUID> ORDER =
      (one, other) -> {
        var high =
            Long.compareUnsigned(one.getMostSignificantBits(), other.getMostSignificantBits());
        return high != 0
            ? high
            : Long.compareUnsigned(one.getLeastSignificantBits(), other.getLeastSignificantBits());
      };

  /** Where a UUIDv7 has its version and variant, all else zero (RFC 9562, section 5.7). */
  private static final long VERSION_7 = 0x7000L;

  private static final long VARIANT = 0x8000_0000_0000_0000L;

  private Ids() {}

  /** When the id was made, by the clock of the database; empty for an id without a time. */
  public static Optional<Instant> time(UUID id) {
    return id.version() == 7
        ? Optional.of(Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16))
        : Optional.empty();
  }

  /** The lowest UUIDv7 of that millisecond. */
  public static UUID lowest(Instant time) {
    return new UUID(time.toEpochMilli() << 16 | VERSION_7, VARIANT);
  }
}
