package onceward.ledger.verify;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import onceward.ledger.source.Names;
import onceward.ledger.source.Outbox.SlotReading;
import onceward.ledger.source.Progress;
import onceward.ledger.verify.Source.Fixed;

/** Waits until relays have confirmed what outboxes had when they were fixed. */
final class Relays {

  private static final Duration POLL = Duration.ofMillis(200);

  private final Duration patience;
  private final Names names;
  private final Progress progress;
  private final List<String> notes;
  private final List<String> stalls;

  /**
   * @param patience for all of them together
   * @param notes takes what could not be waited for
   * @param stalls takes which of these do not move at all
   */
  Relays(
      Duration patience, Names names, Progress progress, List<String> notes, List<String> stalls) {
    this.patience = patience;
    this.names = names;
    this.progress = progress;
    this.notes = notes;
    this.stalls = stalls;
  }

  /**
   * By the number of a database, whether its relay is past the snapshot, or has gone for good: then
   * what is not published will not be.
   */
  Map<Integer, Boolean> arePast(List<Fixed> outboxes) throws InterruptedException {
    var past = new HashMap<Integer, Boolean>();
    var end = System.nanoTime() + patience.toNanos();
    for (var outbox : outboxes) {
      past.put(names.number(outbox.name()), isPast(outbox, end));
    }
    return past;
  }

  private boolean isPast(Fixed outbox, long end) throws InterruptedException {
    var slots = outbox.source().catalog().slots();
    if (slots.isEmpty()) {
      notes.add(
          "Nothing says which slot the outbox of %s is captured from: rows that are not published count as under way. Name the slot."
              .formatted(outbox.name()));
      return false;
    }
    progress.report("waiting for the relay of " + outbox.name(), 0, 1);
    var isPast = true;
    for (var slot : slots) {
      isPast &= isPast(outbox, slot, end);
    }
    return isPast;
  }

  private boolean isPast(Fixed outbox, String slot, long end) throws InterruptedException {
    var first = reading(outbox, slot);
    var confirmed = confirmed(outbox, slot);
    while (confirmed.isPresent() && !confirmed.get() && System.nanoTime() - end < 0) {
      Thread.sleep(POLL);
      confirmed = confirmed(outbox, slot);
    }
    if (confirmed.isEmpty()) {
      notes.add(
          "Slot %s of %s is gone or lost, so no relay will publish what is missing: see the runbook, slot-missing and slot-invalidated."
              .formatted(slot, outbox.name()));
      stalls.add("slot %s of %s is gone or lost".formatted(slot, outbox.name()));
      return true;
    }
    if (!confirmed.get()) {
      notes.add(
          "The relay of %s has not confirmed within %d s what was committed when this began: rows that are not published count as under way. See `relay status`."
              .formatted(outbox.name(), patience.toSeconds()));
      var last = reading(outbox, slot);
      if (last.filter(SlotReading::isActive).isEmpty()) {
        stalls.add("slot %s of %s is read by nobody".formatted(slot, outbox.name()));
      } else if (last.equals(first) && !patience.isZero()) {
        stalls.add(
            "slot %s of %s is held by a reader and has not moved for %d s"
                .formatted(slot, outbox.name(), patience.toSeconds()));
      }
    }
    return confirmed.get();
  }

  private static Optional<SlotReading> reading(Fixed outbox, String slot) {
    return outbox.source().outbox().reading(slot);
  }

  private static Optional<Boolean> confirmed(Fixed outbox, String slot) {
    return outbox.source().outbox().isConfirmed(slot, outbox.snapshot().place());
  }
}
