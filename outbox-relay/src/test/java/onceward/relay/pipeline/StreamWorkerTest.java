package onceward.relay.pipeline;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.relay.capture.Capture;
import onceward.relay.capture.CaptureException;
import onceward.relay.capture.CapturedBatch;
import onceward.relay.capture.UnreadableRowException;
import onceward.relay.move.Moving;
import onceward.relay.position.Departure;
import onceward.relay.position.Lsn;
import onceward.relay.position.Move;
import onceward.relay.position.Position;
import onceward.relay.position.TopicIdentity;
import onceward.relay.publish.Publisher;
import onceward.relay.quarantine.Parking;
import onceward.relay.republish.Republishing;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StopReason;
import onceward.relay.stop.StoppedException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Several batches are under way at once, and progress still moves in their order.
 *
 * <p>Method: capture, publisher and all else write into one list what they are asked to do.
 */
class StreamWorkerTest {

  private static final Stop CHANGED = new Stop(StopReason.OUTBOX_CHANGED, "a rule", "drop it");

  private final List<String> done = new ArrayList<>();
  private final Deque<CapturedBatch> captured = new ArrayDeque<>();
  private final Recording outside = new Recording();
  private @Nullable RuntimeException captureEnd;
  private String payload = "{}";
  private Duration checkpointInterval = Duration.ZERO;
  private long clock;
  private Silence silence = new Silence(Duration.ofHours(1), Duration.ofHours(1), () -> clock);
  private @Nullable Lsn backlogRead;
  private final List<Event> reported = new ArrayList<>();
  private final List<Position> written = new ArrayList<>();
  private @Nullable StreamWorker releasing;
  private Runnable onceWritten = () -> {};

  @Test
  void the_next_batches_are_sent_before_the_first_is_acknowledged() throws Exception {
    capture(StreamWorker.UNDER_WAY_MAX);

    var worker = worker();
    for (int i = 1; i < StreamWorker.UNDER_WAY_MAX; i++) {
      worker.step();
    }

    assertThat(done).containsExactly("sent 1", "sent 2", "sent 3");
    worker.step();
    assertThat(done).endsWith("sent 4", "awaited 1", "written 1", "acknowledged 1");
  }

  @Test
  void progress_moves_in_order_and_to_what_is_awaited_only() throws Exception {
    capture(3);

    steps(worker(), 6);

    assertThat(done)
        .containsExactly(
            "sent 1",
            "sent 2",
            "sent 3",
            "awaited 1",
            "written 1",
            "acknowledged 1",
            "awaited 2",
            "written 2",
            "acknowledged 2",
            "awaited 3",
            "written 3",
            "acknowledged 3");
  }

  /** What is under way must arrive within a limit, however slow the brokers are. */
  @Test
  void large_batches_are_under_way_one_after_the_other() throws Exception {
    payload = "x".repeat((int) StreamWorker.UNDER_WAY_CHARACTERS_MAX / 2 + 1);
    capture(2);

    steps(worker(), 2);

    assertThat(done)
        .containsExactly("sent 1", "awaited 1", "written 1", "acknowledged 1", "sent 2");
  }

  @Test
  void what_is_under_way_is_awaited_before_a_doubt_is_written() throws Exception {
    capture(2);
    checkpointInterval = Duration.ofHours(1);
    var worker = worker();
    steps(worker, 2);
    worker.end(new Effect.End(CHANGED, false));

    assertThat(worker.step()).isFalse();

    assertThat(done)
        .startsWith("sent 1", "sent 2", "awaited 1")
        .containsSubsequence("awaited 2", "sent 2", "written 2");
  }

  @Test
  void what_is_under_way_is_awaited_before_messages_are_released_or_published_again()
      throws Exception {
    capture(2);
    var worker = worker();
    worker.step();
    worker.release();
    worker.republish();
    worker.step();

    assertThat(done)
        .containsSubsequence("awaited 1", "released at 1", "republished at 1", "sent 2");
  }

  @Test
  void what_is_under_way_is_awaited_before_a_shutdown_writes_the_position() throws Exception {
    capture(2);
    var worker = worker();
    steps(worker, 2);
    worker.end(new Effect.End(null, true));
    worker.step();

    assertThat(done).endsWith("awaited 2", "written 2", "acknowledged 2");
  }

  @Test
  void what_is_under_way_counts_when_the_capture_comes_to_a_row_that_it_cannot_read()
      throws Exception {
    capture(2);
    captureEnd = new UnreadableRowException(null, "no row");
    var worker = worker();
    steps(worker, 2);

    assertThatThrownBy(worker::step).isSameAs(captureEnd);

    assertThat(done).endsWith("awaited 2", "written 2", "acknowledged 2");
  }

  /** Another relay may hold the slot by now, and be further. */
  @Test
  void nothing_more_is_written_once_the_capture_has_lost_the_slot() throws Exception {
    capture(2);
    captureEnd = CaptureException.closed();
    var worker = worker();
    steps(worker, 2);

    assertThatThrownBy(worker::step).isSameAs(captureEnd);

    assertThat(done).containsExactly("sent 1", "sent 2");
  }

  @Test
  void what_is_under_way_counts_when_a_topic_is_not_fit() throws Exception {
    capture(2);
    outside.unfitFrom = 2;
    var worker = worker();
    worker.step();

    assertThatThrownBy(worker::step).isInstanceOf(StoppedException.class);

    assertThat(done).endsWith("awaited 1", "written 1", "acknowledged 1");
  }

  @Test
  void a_failure_leaves_progress_before_the_batch_that_failed() throws Exception {
    capture(3);
    outside.failing = 2;
    var worker = worker();
    steps(worker, 4);

    assertThatThrownBy(worker::step).hasMessage("no answer");

    assertThat(done).endsWith("written 1", "acknowledged 1");
    assertThat(worker.inFlight()).isEqualTo(2);
  }

  /** It comes first after every start, however much log the server has to read then. */
  @Test
  void what_was_published_before_the_start_does_not_shorten_the_silence() throws Exception {
    silence = new Silence(Duration.ofSeconds(40), Duration.ofSeconds(20), () -> clock);
    capture(0, 1);
    var worker = worker();
    steps(worker, 2);
    clock += Duration.ofSeconds(30).toNanos();
    capture(1, 1);
    steps(worker, 2);
    assertThat(reported)
        .extracting(event -> ((Event.Published) event).isNew())
        .containsExactly(false, true);

    capture(2, 1);
    clock += Duration.ofSeconds(21).toNanos();

    assertThatThrownBy(worker::step).isInstanceOf(StalledException.class);
  }

  @Test
  void a_server_that_reads_on_is_told_of_after_half_a_silence_and_ends_it() throws Exception {
    silence = new Silence(Duration.ofSeconds(20), Duration.ofSeconds(20), () -> clock);
    var worker = worker();
    for (int second = 1; second <= 60; second++) {
      clock += Duration.ofSeconds(1).toNanos();
      backlogRead = new Lsn(second);
      worker.step();
    }
    assertThat(reported).hasSize(6).allMatch(Event.LogRead.class::isInstance);

    // It stands still, or its connection is lost.
    clock += Duration.ofSeconds(21).toNanos();
    worker.step();
    assertThat(reported).hasSize(6);
    capture(1);
    assertThatThrownBy(worker::step).isInstanceOf(StalledException.class);
  }

  /** As by SIGSTOP: another relay may have gone on. */
  @Test
  void what_a_server_had_read_before_a_long_pause_of_the_relay_does_not_excuse_it()
      throws Exception {
    silence = new Silence(Duration.ofSeconds(20), Duration.ofSeconds(20), () -> clock);
    var worker = worker();
    worker.step();
    backlogRead = new Lsn(1);
    clock += Duration.ofSeconds(21).toNanos();

    assertThatThrownBy(worker::step).isInstanceOf(StalledException.class);
  }

  /** Above all of a release that takes longer than a silence may. */
  @Test
  void each_portion_of_a_release_is_a_sign_of_life_and_the_last_once_the_worker_is_to_end()
      throws Exception {
    capture(1);
    outside.portions = 3;
    outside.endsAfter = 2;
    var worker = worker();
    releasing = worker;
    worker.step();

    assertThat(reported).containsExactly(new Event.Released(1), new Event.Released(2));
    assertThat(done).isEmpty();
  }

  /** An operator's call ends after 30 s, also if Kafka does not answer. */
  @Test
  void a_move_that_was_answered_as_refused_is_not_carried_out() throws Exception {
    capture(1);
    var worker = worker();
    steps(worker, 2);
    var before = List.copyOf(done);
    var asked = move();
    asked.answer().complete(false);
    worker.move(asked);
    worker.step();

    assertThat(done).isEqualTo(before);
  }

  @Test
  void a_move_that_is_answered_as_refused_while_it_is_written_down_is_taken_back()
      throws Exception {
    capture(1);
    var worker = worker();
    steps(worker, 2);
    var asked = move();
    worker.move(asked);
    onceWritten = () -> asked.answer().complete(false);
    worker.step();

    assertThat(written.getLast().move()).isNull();
    assertThat(written).extracting(Position::move).contains(asked.move());
  }

  @Test
  void a_move_is_written_down_and_answered() throws Exception {
    capture(1);
    var worker = worker();
    steps(worker, 2);
    var asked = move();
    worker.move(asked);
    worker.step();

    assertThat(asked.answer()).isCompletedWithValue(true);
    assertThat(written.getLast().move()).isEqualTo(asked.move());
  }

  private static Event.Move move() {
    return new Event.Move(
        new Move("ada", Instant.EPOCH),
        new Operator("ada", "operator", "127.0.0.1"),
        new CompletableFuture<>());
  }

  private void capture(int batches) {
    capture(1, batches);
  }

  /** As many batches, of which the first confirms that place. */
  private void capture(int from, int batches) {
    IntStream.range(from, from + batches)
        .mapToObj(number ->
            new CapturedBatch(
                List.of(message(number)),
                List.of((long) number),
                Instant.EPOCH,
                0,
                new Lsn(number),
                null,
                () -> done.add("acknowledged " + number)))
        .forEach(captured::add);
  }

  private Message message(int number) {
    return new Message(
        new UUID(0, number), "thing", "a", number, "Moved", payload, MessageContext.NONE);
  }

  private StreamWorker worker() {
    return new StreamWorker(
        new Captured(),
        new Noting(),
        outside,
        new Position("shop_outbox", "1", 1, "outbox", 0, new Lsn(0), null),
        checkpointInterval,
        silence,
        () -> clock,
        reported::add);
  }

  private static void steps(StreamWorker worker, int count) throws InterruptedException {
    for (int i = 0; i < count; i++) {
      assertThat(worker.step()).isTrue();
    }
  }

  private static long place(Position position) {
    return position.confirmable().value();
  }

  private final class Captured implements Capture {

    @Override
    public Optional<CapturedBatch> next(Duration timeout) {
      if (captured.isEmpty() && captureEnd != null) {
        throw captureEnd;
      }
      return Optional.ofNullable(captured.poll());
    }

    @Override
    public OptionalInt session() {
      return OptionalInt.empty();
    }

    @Override
    public Optional<Lsn> backlogRead() {
      return Optional.ofNullable(backlogRead);
    }

    @Override
    public void close() {}
  }

  private final class Noting implements Publisher {

    @Override
    public Sent send(List<Message> messages, Position reached) {
      done.add("sent " + place(reached));
      return () -> {
        if (place(reached) == outside.failing) {
          throw new IllegalStateException("no answer");
        }
        done.add("awaited " + place(reached));
      };
    }

    @Override
    public void checkpoint(Position reached) {
      done.add("written " + place(reached));
      written.add(reached);
      // A move is written down behind the position of the last batch.
      if (reached.move() != null) {
        onceWritten.run();
      }
    }

    @Override
    public void close() {}
  }

  /** Notes what would be released and published again, once somebody has asked for it. */
  private final class Recording implements StreamWorker.Outside {

    private int portions;
    private int endsAfter;
    private int failing = -1;
    private int unfitFrom = Integer.MAX_VALUE;

    @Override
    public void holdsSlot(Position start) {}

    @Override
    public Position release(Position reached, Parking.Pace pace) {
      note("released", reached);
      for (int portion = 1; portion <= portions && pace.goesOn(); portion++) {
        if (portion == endsAfter) {
          requireNonNull(releasing).end(new Effect.End(null, false));
        }
        pace.released(portion);
      }
      return reached;
    }

    @Override
    public void republish(Position reached, Republishing.Pace pace) {
      note("republished", reached);
    }

    @Override
    public Optional<Departure> departure(Position reached, Moving.Progress progress) {
      return Optional.empty();
    }

    @Override
    public void refuseMoved(Position left) {}

    /** Each stream looks once at its start, when nothing is published yet. */
    private void note(String what, Position reached) {
      if (place(reached) > 0) {
        done.add(what + " at " + place(reached));
      }
    }

    @Override
    public List<Message> pass(List<Message> messages) {
      return messages;
    }

    @Override
    public Position withParkedKeys(Position reached) {
      return reached;
    }

    @Override
    public void admit(List<Message> messages) {
      if (messages.getFirst().aggregateVersion() >= unfitFrom) {
        throw new StoppedException(new Stop(StopReason.TOPIC_MISSING, "no topic", "create it"));
      }
    }

    @Override
    public Map<String, TopicIdentity> topics() {
      return Map.of();
    }
  }
}
