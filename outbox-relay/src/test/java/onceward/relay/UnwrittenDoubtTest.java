package onceward.relay;

import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import onceward.relay.capture.Capture;
import onceward.relay.pipeline.PipelineParts;
import onceward.relay.position.Position;
import onceward.relay.publish.Publisher;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StopReason;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Goal: that Kafka has lost records is noticed once, and not forgotten until it is written down.
 *
 * <p>Method: the publisher says so once, of a message that it does not send.
 */
class UnwrittenDoubtTest extends OutboxAndTopic {

  private static final Stop CUT =
      new Stop(StopReason.TOPIC_CUT, "Kafka has lost records", "see its page");

  /** Method: whoever is to write it down finds Kafka away, twice. */
  @Test
  void a_doubt_outlives_a_kafka_that_is_away() throws Exception {
    var left = new AtomicInteger(2);
    var parts =
        new StoppedOnceParts(database.parts(), CUT) {
          @Override
          public Publisher publisher() {
            if (isWriter() && left.getAndDecrement() > 0) {
              throw new IllegalStateException("Kafka does not answer");
            }
            return super.publisher();
          }
        };
    try (var pipeline = LonePipeline.start(parts)) {
      database.append(topic.aggregateType(), "a", 1);

      pipeline.awaitStopped(LIMIT, StopReason.OUTBOX_CHANGED, CUT.sentence());
    }
  }

  /**
   * Method: the session of the stream that has ended holds the slot until a writer has given up.
   */
  @Test
  void a_doubt_outlives_a_slot_that_is_held() throws Exception {
    var parts = new HoldingParts(database.parts());
    try (var pipeline = LonePipeline.start(parts)) {
      database.append(topic.aggregateType(), "a", 1);
      pipeline.awaitDown(LIMIT, "that rows may be missing is written down once the slot is free");

      parts.endFirst();

      pipeline.awaitStopped(LIMIT, StopReason.OUTBOX_CHANGED, CUT.sentence());
    } finally {
      parts.endFirst();
    }
  }

  private static boolean isWriter() {
    return Thread.currentThread().getName().startsWith("doubt-");
  }

  /** The first capture does not end when it is closed. */
  private static final class HoldingParts extends StoppedOnceParts {

    private @Nullable Capture first;

    HoldingParts(PipelineParts real) {
      super(real, CUT);
    }

    @Override
    public Capture capture(Position from, Set<UUID> discarded) {
      var real = super.capture(from, discarded);
      if (first != null) {
        return real;
      }
      first = real;
      return new FaultyCapture(real) {
        @Override
        public void close() {}
      };
    }

    void endFirst() {
      if (first != null) {
        first.close();
      }
    }
  }
}
