package onceward.relay.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import onceward.relay.position.Lsn;
import onceward.relay.source.DatabaseException;
import onceward.relay.source.Snapshot;
import onceward.relay.source.Snapshots;
import org.junit.jupiter.api.Test;

/** Method: a capture that has batches ready, and snapshots that a test chooses. */
class VisibleCaptureTest {

  private static final Duration WAIT = Duration.ofMillis(20);
  private static final Duration LONG = Duration.ofHours(1);

  private final Deque<CapturedBatch> captured = new ArrayDeque<>();
  private final FakeSnapshots snapshots = new FakeSnapshots();
  private final VisibleCapture capture = new VisibleCapture(new FakeCapture(), snapshots, LONG);

  @Test
  void a_batch_is_given_when_all_its_transactions_are_seen() throws Exception {
    captured.add(batch(7, 9));
    snapshots.see(10, Set.of(9L));

    assertThat(capture.next(WAIT)).isEmpty();
    assertThat(capture.next(Duration.ZERO)).isEmpty();

    snapshots.see(10, Set.of());

    assertThat(capture.next(WAIT)).isPresent();
    assertThat(capture.next(WAIT)).isEmpty();
  }

  @Test
  void a_batch_that_waits_keeps_its_place() throws Exception {
    captured.add(batch(7));
    captured.add(batch(5));
    snapshots.see(8, Set.of(7L));

    assertThat(capture.next(WAIT)).isEmpty();

    snapshots.see(8, Set.of());

    assertThat(capture.next(WAIT).orElseThrow().transactions()).containsExactly(7L);
    assertThat(capture.next(WAIT).orElseThrow().transactions()).containsExactly(5L);
  }

  @Test
  void a_snapshot_is_asked_for_once_as_long_as_it_tells_enough() throws Exception {
    captured.addAll(List.of(batch(1), batch(2), batch(3)));
    snapshots.see(4, Set.of());

    for (int i = 0; i < 3; i++) {
      assertThat(capture.next(WAIT)).isPresent();
    }

    assertThat(snapshots.asked).isEqualTo(1);
  }

  @Test
  void a_slot_that_was_lost_meanwhile_ends_the_capture() throws Exception {
    captured.add(batch(7));
    snapshots.see(8, Set.of(7L));
    assertThat(capture.next(WAIT)).isEmpty();

    snapshots.see(8, Set.of());
    snapshots.holder = 43;

    assertEnds(capture, "the slot was lost while captured messages waited");
  }

  @Test
  void who_waits_for_too_long_says_for_what() throws Exception {
    captured.add(batch(7));
    snapshots.see(8, Set.of(7L));

    assertEnds(
        new VisibleCapture(new FakeCapture(), snapshots, Duration.ZERO),
        "the server waits for a synchronous standby");
  }

  @Test
  void a_database_that_does_not_answer_ends_the_capture() {
    captured.add(batch(7));
    snapshots.silent = true;

    assertEnds(capture, "captured messages wait: no answer");
  }

  @Test
  void closing_ends_the_wait() throws Exception {
    captured.add(batch(7));
    snapshots.see(8, Set.of(7L));
    var closing = Thread.ofVirtual().start(capture::close);

    assertThatThrownBy(() -> capture.next(LONG)).isInstanceOf(CaptureException.class);

    closing.join();
    assertThat(snapshots.closed).isTrue();
  }

  /** And gives nothing any more, although the batch is seen by then. */
  private void assertEnds(VisibleCapture ended, String why) {
    assertThatThrownBy(() -> ended.next(WAIT))
        .isInstanceOf(CaptureException.class)
        .hasMessageContaining(why);
    snapshots.silent = false;
    snapshots.see(100, Set.of());
    assertThatThrownBy(() -> ended.next(WAIT)).isInstanceOf(CaptureException.class);
  }

  private static CapturedBatch batch(long... transactions) {
    return new CapturedBatch(
        List.of(),
        Arrays.stream(transactions).boxed().toList(),
        Instant.EPOCH,
        0,
        new Lsn(1),
        null,
        () -> {});
  }

  private final class FakeCapture implements Capture {

    @Override
    public Optional<CapturedBatch> next(Duration timeout) {
      return Optional.ofNullable(captured.poll());
    }

    @Override
    public OptionalInt session() {
      return OptionalInt.empty();
    }

    @Override
    public void close() {}
  }

  private static final class FakeSnapshots implements Snapshots {

    private volatile Snapshot now = new Snapshot(0, 0, Set.of());
    private volatile int holder = 42;
    private volatile boolean silent;
    private volatile boolean closed;
    private int asked;

    private void see(long next, Set<Long> running) {
      now = new Snapshot(0, next, running);
    }

    @Override
    public Snapshot now() {
      asked++;
      if (silent) {
        throw new DatabaseException("no answer", new SQLException());
      }
      return now;
    }

    @Override
    public int slotHolder() {
      return holder;
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
