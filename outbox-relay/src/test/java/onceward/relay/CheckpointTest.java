package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import onceward.messaging.Message;
import onceward.relay.capture.CapturedBatch.Acknowledgement;
import onceward.relay.position.Lsn;
import onceward.relay.position.Position;
import onceward.relay.publish.Publisher;
import org.junit.jupiter.api.Test;

/** How much is let go when, by a clock that is moved by hand. */
class CheckpointTest {

  private static final Duration INTERVAL = Duration.ofMillis(100);
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final List<String> done = new CopyOnWriteArrayList<>();
  private final List<RuntimeException> broken = new CopyOnWriteArrayList<>();
  private final AtomicLong clock = new AtomicLong();
  private final Checkpoint checkpoint =
      new Checkpoint(new Noting(), INTERVAL, broken::add, clock::get);

  @Test
  void the_position_is_written_before_the_slot_is_told() throws Exception {
    reach(1);

    assertThat(done).containsExactly("written 1", "told 1");
  }

  @Test
  void there_is_one_in_an_interval_for_all_that_was_published_in_it() throws Exception {
    reach(1);
    reach(2);
    reach(3);
    pass(INTERVAL);
    reach(4);

    assertThat(done).containsExactly("written 1", "told 1", "written 4", "told 4");
  }

  @Test
  void there_is_one_with_every_batch_if_the_interval_is_nothing() throws Exception {
    var eager = new Checkpoint(new Noting(), Duration.ZERO, broken::add, clock::get);
    eager.inTurn(() -> eager.reached(position(1), told(1)));
    eager.inTurn(() -> eager.reached(position(2), told(2)));

    assertThat(done).containsExactly("written 1", "told 1", "written 2", "told 2");
  }

  @Test
  void what_comes_last_is_let_go_without_another_batch() throws Exception {
    reach(1);
    reach(2);
    checkpoint.start("shop");

    await().atMost(LIMIT).untilAsserted(() -> assertThat(done).endsWith("written 2", "told 2"));
    checkpoint.close();
    assertThat(broken).isEmpty();
  }

  /** Its process may have been suspended, and another relay be further on. */
  @Test
  void what_was_published_too_long_ago_is_left_to_the_next_batch() throws Exception {
    reach(1);
    reach(2);
    pass(Duration.ofSeconds(2));
    checkpoint.inTurn(checkpoint::makeOfTheLast);
    checkpoint.settle();

    assertThat(done).containsExactly("written 1", "told 1");
  }

  @Test
  void a_batch_that_fails_leaves_none_to_be_made_of_those_before() throws Exception {
    reach(1);
    reach(2);
    assertThatThrownBy(() ->
            checkpoint.inTurn(() -> {
              throw new IllegalStateException("refused");
            }))
        .hasMessage("refused");
    checkpoint.settle();

    assertThat(done).containsExactly("written 1", "told 1");
  }

  @Test
  void a_last_one_that_fails_ends_the_pipeline() throws Exception {
    reach(1);
    var fails = new IllegalStateException("no longer connected");
    checkpoint.inTurn(() ->
        checkpoint.reached(
            position(2),
            () -> {
              throw fails;
            }));
    checkpoint.start("shop");

    await().atMost(LIMIT).untilAsserted(() -> assertThat(broken).containsExactly(fails));
  }

  @Test
  void settling_makes_one_now_and_then_with_every_batch() throws Exception {
    reach(1);
    reach(2);
    checkpoint.settle();
    reach(3);

    assertThat(done)
        .containsExactly("written 1", "told 1", "written 2", "told 2", "written 3", "told 3");
  }

  private void reach(long number) throws InterruptedException {
    checkpoint.inTurn(() -> checkpoint.reached(position(number), told(number)));
  }

  private void pass(Duration time) {
    clock.addAndGet(time.toNanos());
  }

  private Acknowledgement told(long number) {
    return () -> done.add("told " + number);
  }

  private static Position position(long number) {
    return new Position("shop_outbox", "1", 1, "outbox", 0, new Lsn(number), Map.of());
  }

  private final class Noting implements Publisher {

    @Override
    public void publish(List<Message> messages, Position reached) {
      throw new AssertionError("it publishes nothing");
    }

    @Override
    public void checkpoint(Position reached) {
      done.add("written " + reached.confirmable().value());
    }

    @Override
    public void close() {}
  }
}
