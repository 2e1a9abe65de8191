package onceward.messaging.testkit.conformance;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import onceward.messaging.HandledMessage;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.NewMessage;
import onceward.messaging.NoTransactionException;
import onceward.messaging.outbox.Outbox;
import onceward.messaging.testkit.SuiteRun;
import onceward.messaging.testkit.TestMessages;
import org.junit.jupiter.api.extension.ExtendWith;

/** An outbox in memory, and ones with a fault each, as another team would test theirs. */
final class MemoryOutboxSuites {

  private MemoryOutboxSuites() {}

  enum Fault {
    IS_THERE_BEFORE_THE_COMMIT,
    ACCEPTS_WITHOUT_TRANSACTION,
    FORGETS_THE_CAUSE,
    RANDOM_IDS,
    MAY_BE_CHANGED
  }

  static final class MemoryOutbox implements Outbox {

    final MemoryStore store = new MemoryStore();
    private final List<Message> rows = new ArrayList<>();
    private final Set<Fault> faults;
    private long time = System.currentTimeMillis();

    MemoryOutbox(Set<Fault> faults) {
      this.faults = faults;
    }

    @Override
    public UUID append(NewMessage message) {
      var row = row(message);
      var transaction = store.current();
      if (transaction == null && !faults.contains(Fault.ACCEPTS_WITHOUT_TRANSACTION)) {
        throw new NoTransactionException("append " + message.type() + " to the outbox");
      }
      if (transaction == null || faults.contains(Fault.IS_THERE_BEFORE_THE_COMMIT)) {
        rows.add(row);
      } else {
        transaction.atCommit.add(() -> rows.add(row));
      }
      return row.id();
    }

    @Override
    public List<UUID> appendAll(List<NewMessage> messages) {
      return messages.stream().map(this::append).toList();
    }

    private Message row(NewMessage message) {
      var note = String.valueOf(((Map<?, ?>) message.payload()).get("note"));
      return new Message(
          faults.contains(Fault.RANDOM_IDS) ? UUID.randomUUID() : nextId(),
          message.aggregateType(),
          message.aggregateId(),
          message.aggregateVersion(),
          message.type(),
          "{\"note\":\"%s\"}".formatted(note.replace("\"", "\\\"")),
          faults.contains(Fault.FORGETS_THE_CAUSE)
              ? MessageContext.NONE
              : HandledMessage.contextForNew());
    }

    private UUID nextId() {
      time++;
      return TestMessages.newId(java.time.Instant.ofEpochMilli(time));
    }

    List<Message> about(String aggregateId) {
      return rows.stream()
          .filter(row -> row.aggregateId().equals(aggregateId))
          .sorted(Comparator.comparingLong(Message::aggregateVersion))
          .toList();
    }

    void clear() {
      if (!faults.contains(Fault.MAY_BE_CHANGED)) {
        throw new UnsupportedOperationException("append-only");
      }
      rows.clear();
    }
  }

  @ExtendWith(SuiteRun.Only.class)
  abstract static class Suite extends OutboxConformance {

    private final MemoryOutbox outbox;

    Suite(Fault... faults) {
      var all = EnumSet.noneOf(Fault.class);
      all.addAll(List.of(faults));
      outbox = new MemoryOutbox(all);
    }

    @Override
    protected Outbox outbox() {
      return outbox;
    }

    @Override
    protected Transactions inTransaction() {
      return outbox.store;
    }

    @Override
    protected List<Message> committedAbout(String aggregateId) {
      return outbox.about(aggregateId);
    }

    @Override
    protected List<Tampering> tampering() {
      return List.of(new Tampering("clear", outbox::clear, "append-only"));
    }
  }

  static class Sound extends Suite {}

  static class Early extends Suite {
    Early() {
      super(Fault.IS_THERE_BEFORE_THE_COMMIT);
    }
  }

  static class Loose extends Suite {
    Loose() {
      super(Fault.ACCEPTS_WITHOUT_TRANSACTION);
    }
  }

  static class Forgetful extends Suite {
    Forgetful() {
      super(Fault.FORGETS_THE_CAUSE);
    }
  }

  static class Random extends Suite {
    Random() {
      super(Fault.RANDOM_IDS);
    }
  }

  static class Changeable extends Suite {
    Changeable() {
      super(Fault.MAY_BE_CHANGED);
    }
  }
}
