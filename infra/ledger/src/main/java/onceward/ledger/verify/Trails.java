package onceward.ledger.verify;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.UUID;
import onceward.ledger.source.Entry;
import onceward.ledger.source.Ids;
import org.jspecify.annotations.Nullable;

/** Brings together what sequences in the order of ids say of each message. For one thread. */
final class Trails implements Iterator<Trail> {

  private final List<Head> heads;
  private final List<Entry> entries = new ArrayList<>();

  Trails(List<? extends Iterator<? extends Entry>> sequences) {
    heads = sequences.stream().map(Head::new).toList();
  }

  @Override
  public boolean hasNext() {
    for (var head : heads) {
      if (head.entry != null) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Trail next() {
    var id = lowest();
    if (id == null) {
      throw new NoSuchElementException();
    }
    entries.clear();
    for (var head : heads) {
      head.take(id, entries);
    }
    return Trail.of(id, entries);
  }

  private @Nullable UUID lowest() {
    UUID lowest = null;
    for (var head : heads) {
      var entry = head.entry;
      if (entry != null && (lowest == null || Ids.ORDER.compare(entry.id(), lowest) < 0)) {
        lowest = entry.id();
      }
    }
    return lowest;
  }

  private static final class Head {

    private final Iterator<? extends Entry> rest;
    private @Nullable Entry entry;

    Head(Iterator<? extends Entry> sequence) {
      rest = sequence;
      advance();
    }

    void take(UUID id, List<Entry> to) {
      var present = entry;
      while (present != null && present.id().equals(id)) {
        to.add(present);
        present = advance();
      }
    }

    private @Nullable Entry advance() {
      var before = entry;
      var next = rest.hasNext() ? rest.next() : null;
      if (before != null && next != null && Ids.ORDER.compare(next.id(), before.id()) < 0) {
        // A comparison of sequences that are not sorted would find what is not there.
        throw new IllegalStateException(next + " came behind " + before);
      }
      entry = next;
      return next;
    }
  }
}
