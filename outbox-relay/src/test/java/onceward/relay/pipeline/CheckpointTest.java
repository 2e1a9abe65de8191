package onceward.relay.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import onceward.messaging.Message;
import onceward.relay.capture.CapturedBatch.Acknowledgement;
import onceward.relay.position.Lsn;
import onceward.relay.position.Position;
import onceward.relay.publish.Publisher;
import org.junit.jupiter.api.Test;

/** How much is acknowledged when, by a clock that is moved by hand. */
class CheckpointTest {

  private static final Duration INTERVAL = Duration.ofMillis(100);
  private static final Duration LONG = Duration.ofHours(1);

  private final List<String> done = new ArrayList<>();
  private long clock;
  private final Checkpoint checkpoint = new Checkpoint(new Noting(), INTERVAL, () -> clock);

  @Test
  void the_position_is_written_before_the_capture_acknowledges() throws Exception {
    publish(1);

    assertThat(done).containsExactly("written 1", "acknowledged 1");
  }

  @Test
  void there_is_one_in_an_interval_for_all_that_was_published_in_it() throws Exception {
    publish(1);
    publish(2);
    publish(3);
    pass(INTERVAL);
    publish(4);

    assertThat(done).containsExactly("written 1", "acknowledged 1", "written 4", "acknowledged 4");
  }

  @Test
  void there_is_one_with_every_batch_if_the_interval_is_nothing() throws Exception {
    var eager = new Checkpoint(new Noting(), Duration.ZERO, () -> clock);
    eager.published(position(1), acknowledged(1));
    eager.published(position(2), acknowledged(2));

    assertThat(done).containsExactly("written 1", "acknowledged 1", "written 2", "acknowledged 2");
  }

  @Test
  void the_last_batch_is_due_at_the_end_of_the_interval_without_another() throws Exception {
    publish(1);
    assertThat(checkpoint.untilDue(LONG)).isEqualTo(LONG);
    publish(2);
    assertThat(checkpoint.untilDue(LONG)).isEqualTo(INTERVAL);
    checkpoint.makeIfDue();
    assertThat(done).hasSize(2);

    pass(INTERVAL);
    checkpoint.makeIfDue();

    assertThat(done).endsWith("written 2", "acknowledged 2");
    assertThat(checkpoint.untilDue(LONG)).isEqualTo(LONG);
  }

  /** The process may have been suspended, and another relay be further on. */
  @Test
  void a_batch_that_was_published_too_long_ago_is_left_to_the_next() throws Exception {
    publish(1);
    publish(2);
    pass(Duration.ofSeconds(2));
    checkpoint.makeIfDue();
    checkpoint.make();

    assertThat(done).containsExactly("written 1", "acknowledged 1");
  }

  @Test
  void one_may_be_made_before_it_is_due() throws Exception {
    publish(1);
    publish(2);
    checkpoint.make();

    assertThat(done).endsWith("written 2", "acknowledged 2");
  }

  @Test
  void none_is_made_of_a_batch_once_another_position_is_written_down() throws Exception {
    publish(1);
    publish(2);
    checkpoint.superseded();
    pass(INTERVAL);
    checkpoint.makeIfDue();
    checkpoint.make();
    assertThat(done).containsExactly("written 1", "acknowledged 1");

    publish(3);
    assertThat(done).endsWith("written 3", "acknowledged 3");
  }

  private void publish(long number) throws InterruptedException {
    checkpoint.published(position(number), acknowledged(number));
  }

  private void pass(Duration time) {
    clock += time.toNanos();
  }

  private Acknowledgement acknowledged(long number) {
    return () -> done.add("acknowledged " + number);
  }

  private static Position position(long number) {
    return new Position("shop_outbox", "1", 1, "outbox", 0, new Lsn(number), null);
  }

  private final class Noting implements Publisher {

    @Override
    public Sent send(List<Message> messages, Position reached) {
      throw new AssertionError("a checkpoint publishes nothing");
    }

    @Override
    public void checkpoint(Position reached) {
      done.add("written " + reached.confirmable().value());
    }

    @Override
    public void close() {}
  }
}
