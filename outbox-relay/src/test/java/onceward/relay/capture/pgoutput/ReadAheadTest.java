package onceward.relay.capture.pgoutput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.relay.capture.CaptureException;
import onceward.relay.capture.CapturedBatch;
import onceward.relay.position.LogPlace;
import onceward.relay.position.Lsn;
import org.junit.jupiter.api.Test;

/** Bounded in bytes and in changes, and nothing is handed out once the slot may be lost. */
class ReadAheadTest {

  private static final Duration NONE = Duration.ZERO;
  private static final int KIB = 1024;

  private final List<Lsn> confirmed = new ArrayList<>();

  @Test
  void what_was_put_apart_is_taken_at_once_up_to_a_batch() throws Exception {
    var ahead = new ReadAhead(3, KIB * KIB);
    ahead.put(changes(1, 2));
    ahead.put(changes(3, 4));

    assertThat(versions(ahead)).containsExactly(1L, 2L, 3L);
    assertThat(versions(ahead)).containsExactly(4L);
    assertThat(ahead.take(NONE, confirmed::add)).isEmpty();
  }

  @Test
  void a_batch_has_the_place_of_its_last_change_and_the_time_of_its_first() throws Exception {
    var ahead = new ReadAhead(10, KIB * KIB);
    ahead.put(List.of(change(1, 0, 7), change(2, 0, 3)));

    var batch = ahead.take(NONE, confirmed::add).orElseThrow();

    assertThat(batch.place()).isEqualTo(place(2));
    assertThat(batch.confirmable()).isEqualTo(place(2).confirmable());
    assertThat(batch.oldestCommit()).isEqualTo(Instant.ofEpochSecond(1));
    assertThat(batch.beat()).isEqualTo(7);
    batch.acknowledgement().send();
    assertThat(confirmed).containsExactly(place(2).confirmable());
  }

  @Test
  void there_is_no_room_above_the_bytes_until_a_batch_is_taken() throws Exception {
    var ahead = new ReadAhead(1, 8 * KIB);
    assertThat(ahead.awaitRoom(NONE)).isTrue();
    ahead.put(List.of(change(1, 9 * KIB, 0)));
    assertThat(ahead.awaitRoom(NONE)).isFalse();

    assertThat(versions(ahead)).containsExactly(1L);

    assertThat(ahead.awaitRoom(NONE)).isTrue();
  }

  /** They take memory all the same. */
  @Test
  void many_small_changes_fill_it_as_well() throws Exception {
    var ahead = new ReadAhead(1, 8 * KIB);
    ahead.put(changes(1, 16));

    assertThat(ahead.awaitRoom(NONE)).isFalse();
  }

  @Test
  void an_unreadable_row_is_told_behind_what_came_before_it() throws Exception {
    var ahead = new ReadAhead(10, KIB * KIB);
    ahead.put(changes(1, 1));
    ahead.endBehind(new IllegalStateException("unreadable"));

    assertThat(versions(ahead)).containsExactly(1L);
    assertThatThrownBy(() -> ahead.take(NONE, confirmed::add)).hasMessage("unreadable");
  }

  /** Another relay may have the slot, and be further. */
  @Test
  void a_connection_that_is_lost_takes_with_it_what_was_not_taken() throws Exception {
    var ahead = new ReadAhead(10, KIB * KIB);
    ahead.put(changes(1, 1));
    ahead.endBehind(new IllegalStateException("unreadable"));
    ahead.endNow(CaptureException.closed());
    ahead.put(changes(2, 2));

    assertThatThrownBy(() -> ahead.take(NONE, confirmed::add)).isInstanceOf(CaptureException.class);
    assertThat(ahead.awaitRoom(NONE)).isTrue();
  }

  private List<Long> versions(ReadAhead ahead) throws InterruptedException {
    return ahead.take(NONE, confirmed::add).map(CapturedBatch::messages).orElse(List.of()).stream()
        .map(Message::aggregateVersion)
        .toList();
  }

  private static List<Change> changes(int first, int last) {
    return IntStream.rangeClosed(first, last).mapToObj(number -> change(number, 0, 0)).toList();
  }

  private static Change change(int number, int bytes, long beat) {
    var message =
        new Message(UUID.randomUUID(), "thing", "a", number, "Moved", "{}", MessageContext.NONE);
    return new Change(
        place(number), place(number), Instant.ofEpochSecond(number), message, beat, bytes);
  }

  private static LogPlace place(int number) {
    return new LogPlace(new Lsn(number), number, new Lsn(number + 100), 1);
  }
}
