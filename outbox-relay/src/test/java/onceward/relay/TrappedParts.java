package onceward.relay;

import static onceward.relay.killed.Point.ACKNOWLEDGED;
import static onceward.relay.killed.Point.CAPTURED;
import static onceward.relay.killed.Point.FLUSHING;
import static onceward.relay.killed.Point.OPENED;
import static onceward.relay.killed.Point.PUBLISHED;
import static onceward.relay.killed.Point.READING;
import static onceward.relay.killed.Point.SENDING;
import static onceward.relay.killed.Point.SENT;
import static onceward.relay.killed.Point.STARTING;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializable;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import java.util.AbstractList;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import onceward.messaging.Message;
import onceward.relay.capture.Capture;
import onceward.relay.capture.CaptureListener;
import onceward.relay.capture.CapturedBatch;
import onceward.relay.killed.Trap;
import onceward.relay.position.Position;
import onceward.relay.publish.Publisher;

/** Sets the trap around real parts, which know nothing of it. */
final class TrappedParts extends FaultyParts {

  private static final int READING_MS = 200;
  private static final int STARTING_MS = 1_200;
  private static final int FLUSHING_MS = 30;

  /** So that Kafka's client sends some of what it was handed. */
  private static final long SENDING_NANOS = 3_000_000;

  private final Trap trap;

  TrappedParts(PipelineParts real, Trap trap) {
    super(real);
    this.trap = trap;
  }

  @Override
  public Publisher publisher() {
    var opened = super.publisher();
    trap.comeTo(OPENED);
    trap.comeNear(READING, READING_MS);
    return new TrappedPublisher(opened, trap);
  }

  @Override
  public Capture capture(Position from, Set<UUID> discarded) {
    return new TrappedCapture(super.capture(from, discarded), trap);
  }

  private record TrappedCapture(Capture real, Trap trap) implements Capture {

    @Override
    public void run(CaptureListener listener) {
      trap.comeNear(STARTING, STARTING_MS);
      real.run(batch -> {
        if (batch.messages().isEmpty()) {
          listener.captured(batch);
          return;
        }
        trap.comeTo(CAPTURED);
        listener.captured(trapped(batch));
      });
    }

    private CapturedBatch trapped(CapturedBatch batch) {
      return new CapturedBatch(
          batch.messages(),
          batch.oldestCommit(),
          batch.beat(),
          batch.confirmable(),
          batch.resume(),
          () -> {
            batch.acknowledgement().send();
            trap.comeTo(ACKNOWLEDGED);
            trap.comeNear(FLUSHING, FLUSHING_MS);
          });
    }

    @Override
    public void close() {
      real.close();
    }
  }

  private static final class TrappedPublisher extends FaultyPublisher {

    private final Trap trap;
    private boolean publishing;
    private boolean dueWhenSent;

    TrappedPublisher(Publisher real, Trap trap) {
      super(real);
      this.trap = trap;
    }

    @Override
    public void publish(List<Message> messages, Position reached) throws InterruptedException {
      publishing = !messages.isEmpty();
      if (!publishing) {
        super.publish(messages, reached);
        return;
      }
      // Kept: at least once, not every position is written down.
      dueWhenSent |= trap.isDue(SENT);
      super.publish(
          trap.isDue(SENDING) ? new TrappedMessages(messages, trap) : messages, trapped(reached));
    }

    @Override
    public void checkpoint(Position reached) throws InterruptedException {
      super.checkpoint(trapped(reached));
      if (publishing) {
        trap.comeTo(PUBLISHED);
      }
    }

    /** Dies when it is written down, be it with the messages or behind them. */
    private Position trapped(Position reached) {
      if (!dueWhenSent) {
        return reached;
      }
      var resume = new HashMap<>(reached.resume());
      resume.put("trap", new TrappedValue(trap));
      return reached.reached(reached.beat(), reached.confirmable(), resume);
    }
  }

  private record TrappedValue(Trap trap) implements JsonSerializable {

    @Override
    public void serialize(JsonGenerator json, SerializerProvider provider) {
      trap.die(SENT);
    }

    @Override
    public void serializeWithType(
        JsonGenerator json, SerializerProvider provider, TypeSerializer type) {
      trap.die(SENT);
    }
  }

  /** Dies when one of them is taken. */
  private static final class TrappedMessages extends AbstractList<Message> {

    private final List<Message> real;
    private final Trap trap;
    private final int last;

    TrappedMessages(List<Message> real, Trap trap) {
      this.real = real;
      this.trap = trap;
      this.last = trap.oneOf(real.size()) - 1;
    }

    @Override
    public Message get(int index) {
      if (index == last) {
        LockSupport.parkNanos(SENDING_NANOS);
        trap.die(SENDING);
      }
      return real.get(index);
    }

    @Override
    public int size() {
      return real.size();
    }
  }
}
