package onceward.relay.pipeline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.relay.position.LogPlace;
import onceward.relay.position.Lsn;
import org.jspecify.annotations.Nullable;

/**
 * A model of an outbox, its log and one replication slot. Transactions overlap: a change may lie
 * before the end of another transaction that commits first. The slot sends whole transactions in
 * the order of their commits, all that committed behind its place.
 */
final class SimulatedDatabase {

  private static final int KEYS = 6;
  private static final int CHANGES_MAX = 5;

  boolean isAway;
  boolean isSilent;
  int holder;
  long movedAt;

  private final Random random;
  private final List<Change> committed = new ArrayList<>();
  private final Map<String, Long> versions = new HashMap<>();
  private final Set<String> locked = new HashSet<>();
  private final List<List<Change>> open = new ArrayList<>();
  private final Map<Long, Integer> places = new HashMap<>();
  private long written = 100;
  private long confirmed = 100;
  private long transactions;
  private long beats;
  private int behindSlot;

  SimulatedDatabase(Random random) {
    this.random = random;
  }

  /**
   * One change of a committed transaction.
   *
   * @param message null if it is the canary's
   */
  record Change(
      @Nullable Message message,
      long beat,
      long transaction,
      long lsn,
      long commit,
      long committedAt) {

    LogPlace place(@Nullable Lsn lastCommit) {
      return new LogPlace(lastCommit, transaction, new Lsn(lsn), 1);
    }
  }

  List<Change> committed() {
    return committed;
  }

  /** Begins a transaction, commits one that is open, or both. */
  void append(long now) {
    if (isAway) {
      return;
    }
    if (open.size() < 3) {
      begin();
    }
    while (!open.isEmpty() && (open.size() == 3 || random.nextBoolean())) {
      commit(open.remove(random.nextInt(open.size())), now);
    }
  }

  void beat(long now) {
    beats++;
    commit(List.of(new Change(null, beats, ++transactions, ++written, 0, 0)), now);
  }

  private void begin() {
    var changes = new ArrayList<Change>();
    var transaction = ++transactions;
    for (int i = 1 + random.nextInt(CHANGES_MAX); i > 0; i--) {
      var key = "key-" + random.nextInt(KEYS);
      var isMine =
          changes.stream()
              .anyMatch(one -> one.message() != null && one.message().aggregateId().equals(key));
      if (isMine || locked.add(key)) {
        changes.add(new Change(message(key), 0, transaction, ++written, 0, 0));
      }
    }
    if (!changes.isEmpty()) {
      open.add(changes);
    }
  }

  private Message message(String key) {
    return new Message(
        new UUID(random.nextLong(), random.nextLong()),
        "thing",
        key,
        versions.merge(key, 1L, Long::sum),
        "Moved",
        "{}",
        new MessageContext(null, null, null));
  }

  private void commit(List<Change> changes, long now) {
    var end = ++written;
    for (var change : changes) {
      places.put(change.lsn(), committed.size());
      committed.add(
          new Change(
              change.message(), change.beat(), change.transaction(), change.lsn(), end, now));
      if (change.message() != null) {
        locked.remove(change.message().aggregateId());
      }
    }
  }

  boolean isLastOfTransaction(int index) {
    return index + 1 == committed.size()
        || committed.get(index + 1).transaction() != committed.get(index).transaction();
  }

  int indexOf(LogPlace place) {
    return places.getOrDefault(place.change().value(), -1);
  }

  // ---- the slot

  boolean acquire(int session) {
    if (holder != 0 && holder != session) {
      return false;
    }
    holder = session;
    return true;
  }

  boolean isHeldBy(int session) {
    return holder == session;
  }

  void endSession(int session) {
    if (holder == session) {
      holder = 0;
    }
  }

  int firstBehindSlot() {
    while (behindSlot < committed.size() && committed.get(behindSlot).commit() <= confirmed) {
      behindSlot++;
    }
    return behindSlot;
  }

  void confirm(Lsn place, long now) {
    if (place.value() > confirmed) {
      confirmed = place.value();
      movedAt = now;
    }
  }

  /** Drops the slot and makes it anew: it sends only what commits from now on. */
  void makeSlotAnew(long now) {
    confirm(new Lsn(++written), now);
  }

  Lsn confirmed() {
    return new Lsn(confirmed);
  }
}
