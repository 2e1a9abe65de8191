package onceward.relay;

import java.time.Duration;
import java.util.AbstractList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import onceward.messaging.Message;
import onceward.relay.capture.Capture;
import onceward.relay.capture.CapturedBatch;
import onceward.relay.pipeline.PipelineParts;
import onceward.relay.position.Position;
import onceward.relay.publish.Publisher;

/** The parts of a real pipeline, of which some generations die as if the power went. */
final class DyingParts extends FaultyParts {

  /** Where they die. */
  enum Point {
    /** After a given number of messages were sent, of which none needs to be committed. */
    SENT,
    /**
     * After a batch was published, which makes it at least a given number of messages. None was
     * acknowledged, so the slot is where it was.
     */
    PUBLISHED,
    /** After such a batch, and each before it, was acknowledged too. */
    ACKNOWLEDGED
  }

  private final Point point;
  private final int[] deaths;
  private final IntConsumer atDeath;
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicInteger died = new AtomicInteger();

  /**
   * @param atDeath is called just before each, with the number of messages
   * @param deaths the numbers of messages, of all generations together, after which one dies
   */
  DyingParts(PipelineParts real, Point point, IntConsumer atDeath, int... deaths) {
    super(real);
    this.point = point;
    this.atDeath = atDeath;
    this.deaths = deaths;
  }

  /** Whether they all have. */
  boolean haveDied() {
    return died.get() == deaths.length;
  }

  /** So that whatever is published is acknowledged too. */
  @Override
  public Duration checkpointInterval() {
    return Duration.ZERO;
  }

  @Override
  public Publisher publisher() {
    var real = super.publisher();
    return new FaultyPublisher(real) {
      @Override
      List<Message> sending(List<Message> batch) {
        return point == Point.SENT ? new CountedMessages(batch) : batch;
      }

      @Override
      void acknowledged(List<Message> batch) {
        if (point != Point.SENT) {
          count.addAndGet(batch.size());
        }
        dieAt(Point.PUBLISHED);
      }
    };
  }

  @Override
  public Capture capture(Position from, Set<UUID> discarded) {
    return new FaultyCapture(super.capture(from, discarded)) {
      // One batch at a time, so that a death comes after the very number given.
      private boolean isUnderWay;

      @Override
      public Optional<CapturedBatch> next(Duration timeout) throws InterruptedException {
        if (isUnderWay) {
          return Optional.empty();
        }
        // The batch before has been acknowledged.
        dieAt(Point.ACKNOWLEDGED);
        return super.next(timeout);
      }

      @Override
      CapturedBatch instead(CapturedBatch batch) {
        isUnderWay = true;
        return batch.acknowledgedBy(() -> {
          isUnderWay = false;
          if (!keepsSlot()) {
            batch.acknowledgement().send();
          }
        });
      }
    };
  }

  private boolean keepsSlot() {
    return point == Point.PUBLISHED && !haveDied();
  }

  private void dieAt(Point here) {
    if (here == point && !haveDied() && count.get() >= deaths[died.get()]) {
      died.incrementAndGet();
      atDeath.accept(count.get());
      throw new IllegalStateException("the power went");
    }
  }

  /** Takes the power away when one more than a given number is asked for. */
  private final class CountedMessages extends AbstractList<Message> {

    private final List<Message> real;

    CountedMessages(List<Message> real) {
      this.real = real;
    }

    @Override
    public Message get(int index) {
      dieAt(Point.SENT);
      count.incrementAndGet();
      return real.get(index);
    }

    @Override
    public int size() {
      return real.size();
    }
  }
}
