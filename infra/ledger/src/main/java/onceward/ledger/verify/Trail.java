package onceward.ledger.verify;

import java.util.List;
import java.util.UUID;
import onceward.ledger.source.Appended;
import onceward.ledger.source.Claimed;
import onceward.ledger.source.Entry;
import onceward.ledger.source.Published;
import onceward.ledger.source.SetAside;

/**
 * Everything that all places know of one message. The lists are rarely longer than one.
 *
 * @param records in the order in which they were published, by topic and partition
 */
record Trail(
    UUID id,
    List<Appended> rows,
    List<Published> records,
    List<Claimed> claims,
    List<SetAside> setAside) {

  static Trail of(UUID id, List<Entry> entries) {
    return new Trail(
        id,
        only(Appended.class, entries),
        only(Published.class, entries),
        only(Claimed.class, entries),
        only(SetAside.class, entries));
  }

  boolean isClaimedBy(int consumer) {
    for (var claim : claims) {
      if (claim.consumer() == consumer) {
        return true;
      }
    }
    return false;
  }

  boolean isAt(SetAside.Where where) {
    for (var aside : setAside) {
      if (aside.where() == where) {
        return true;
      }
    }
    return false;
  }

  boolean isAt(SetAside.Where where, int consumer) {
    for (var aside : setAside) {
      if (aside.where() == where && aside.consumer() == consumer) {
        return true;
      }
    }
    return false;
  }

  private static <T extends Entry> List<T> only(Class<T> kind, List<Entry> entries) {
    for (var entry : entries) {
      if (kind.isInstance(entry)) {
        return entries.stream().filter(kind::isInstance).map(kind::cast).toList();
      }
    }
    return List.of();
  }
}
