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

import java.time.Duration;
import java.util.AbstractList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import onceward.messaging.Message;
import onceward.relay.capture.Capture;
import onceward.relay.capture.CapturedBatch;
import onceward.relay.killed.Point;
import onceward.relay.killed.Trap;
import onceward.relay.pipeline.PipelineParts;
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

  private static final class TrappedCapture extends FaultyCapture {

    private final Trap trap;
    private boolean isStarted;

    TrappedCapture(Capture real, Trap trap) {
      super(real);
      this.trap = trap;
    }

    @Override
    public Optional<CapturedBatch> next(Duration timeout) throws InterruptedException {
      if (!isStarted) {
        isStarted = true;
        trap.comeNear(STARTING, STARTING_MS);
      }
      return super.next(timeout);
    }

    @Override
    CapturedBatch instead(CapturedBatch batch) {
      if (batch.messages().isEmpty()) {
        return batch;
      }
      trap.comeTo(CAPTURED);
      return batch.acknowledgedBy(() -> {
        batch.acknowledgement().send();
        trap.comeTo(ACKNOWLEDGED);
        trap.comeNear(FLUSHING, FLUSHING_MS);
      });
    }
  }

  private static final class TrappedPublisher extends FaultyPublisher {

    private final Trap trap;
    private boolean publishing;

    TrappedPublisher(Publisher real, Trap trap) {
      super(real);
      this.trap = trap;
    }

    @Override
    List<Message> sending(List<Message> messages) {
      return messages.isEmpty() ? messages : trapped(messages);
    }

    @Override
    void acknowledged(List<Message> messages) {
      publishing = !messages.isEmpty();
    }

    private List<Message> trapped(List<Message> messages) {
      if (trap.isDue(SENT)) {
        return new TrappedMessages(messages, trap, SENT, messages.size());
      }
      return trap.isDue(SENDING)
          ? new TrappedMessages(messages, trap, SENDING, trap.oneOf(messages.size()) - 1)
          : messages;
    }

    @Override
    public void checkpoint(Position reached) throws InterruptedException {
      super.checkpoint(reached);
      if (publishing) {
        trap.comeTo(PUBLISHED);
      }
    }
  }

  /** Dies when one of them is taken, or behind the last. */
  private static final class TrappedMessages extends AbstractList<Message> {

    private final List<Message> real;
    private final Trap trap;
    private final Point point;
    private final int where;
    private int taken;

    TrappedMessages(List<Message> real, Trap trap, Point point, int where) {
      this.real = real;
      this.trap = trap;
      this.point = point;
      this.where = where;
    }

    @Override
    public Message get(int index) {
      dieAt(index);
      taken = index + 1;
      return real.get(index);
    }

    @Override
    public int size() {
      if (taken == real.size()) {
        dieAt(taken);
      }
      return real.size();
    }

    private void dieAt(int index) {
      if (index == where) {
        LockSupport.parkNanos(SENDING_NANOS);
        trap.die(point);
      }
    }
  }
}
