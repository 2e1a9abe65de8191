package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.relay.database.Key;
import onceward.relay.database.KeyReleasedException;
import onceward.relay.database.ParkedMessage;
import onceward.relay.park.Parking;
import onceward.relay.position.Lsn;
import onceward.relay.position.Position;
import onceward.relay.publish.Publisher;
import onceward.relay.stop.Poison;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Goal: from which message on a key waits, and until when, is told by the position, whatever
 * happened between position and table.
 *
 * <p>Method: a real table, and a publisher that only remembers.
 */
class ParkingTest {

  private static final String OPERATOR = "ada";
  private static final Position NOWHERE = new Position("shop", "1", 1, "", 0, new Lsn(1), Map.of());

  private final Message before = message(1);
  private final Message poison = message(2);
  private final Message behind = message(3);
  private final Remembering publisher = new Remembering();
  private OutboxDatabase database;
  private ConfiguredParts parts;

  @BeforeEach
  void quarantine() {
    database = OutboxDatabase.create();
    parts = database.parts();
    parts.quarantine().add(new Poison(poison.id(), poison, "too large"), OPERATOR);
  }

  @AfterEach
  void end() throws Exception {
    database.close();
  }

  @Test
  void a_key_waits_from_the_message_on_that_is_quarantined() {
    var parking = behind(NOWHERE);

    assertThat(parking.pass(List.of(before, poison, behind))).containsExactly(before);

    assertThat(waiting()).containsExactly(poison, behind);
    assertThat(parking.at(NOWHERE).parked()).hasSize(1);
  }

  @Test
  void a_key_waits_from_the_start_behind_a_position_that_is_past_that_message() {
    var past = behind(NOWHERE);
    past.pass(List.of(poison));

    assertThat(behind(past.at(NOWHERE)).pass(List.of(behind))).isEmpty();
  }

  @Test
  void a_key_that_was_parked_does_not_wait_before_the_message_when_the_position_is_not_past_it() {
    behind(NOWHERE).pass(List.of(before, poison, behind));

    assertThat(behind(NOWHERE).pass(List.of(before, poison, behind))).containsExactly(before);

    assertThat(waiting()).containsExactly(poison, behind);
  }

  @Test
  void behind_a_position_that_was_accepted_a_key_waits_from_the_start() {
    var parking = Parking.behind(NOWHERE, true, parts.parked());

    assertThat(parking.pass(List.of(behind))).isEmpty();
  }

  @Test
  void a_release_publishes_in_order_and_leaves_no_mark_in_the_position() throws Exception {
    var position = parked();
    parts.quarantine().retry(behind.id(), OPERATOR);

    var reached = behind(position).release(publisher, position);

    assertThat(publisher.messages).containsExactly(poison, behind);
    assertThat(reached.parked()).isEmpty();
    assertThat(publisher.positions.getLast()).isEqualTo(reached);
    assertThat(waiting()).isEmpty();
  }

  @Test
  void a_release_that_the_position_knows_of_and_the_table_does_not_is_not_repeated()
      throws Exception {
    var position = parked();
    parts.quarantine().retry(poison.id(), OPERATOR);
    var first = database.ask("select min(place) from relay_parked");
    var died = position.parking(Map.of(Long.valueOf(first), Long.valueOf(first)));

    behind(died).release(publisher, died);

    assertThat(publisher.messages).containsExactly(behind);
    assertThat(waiting()).isEmpty();
  }

  @Test
  void what_comes_late_does_not_park_a_key_that_another_relay_has_released() throws Exception {
    var position = parked();
    var late = behind(position);
    parts.quarantine().retry(poison.id(), OPERATOR);
    behind(position).release(publisher, position);

    assertThatThrownBy(() -> late.pass(List.of(message(4))))
        .isInstanceOf(KeyReleasedException.class);

    assertThat(waiting()).isEmpty();
  }

  @Test
  void other_keys_pass() {
    var other = new Message(UUID.randomUUID(), "thing", "b", 1, "Moved", "{}", MessageContext.NONE);

    assertThat(behind(NOWHERE).pass(List.of(poison, other))).containsExactly(other);
  }

  /** The position once the message and one behind it have come. */
  private Position parked() {
    var parking = behind(NOWHERE);
    parking.pass(List.of(poison, behind));
    return parking.at(NOWHERE);
  }

  private Parking behind(Position position) {
    return Parking.behind(position, false, parts.parked());
  }

  private List<Message> waiting() {
    var key = Key.of(poison);
    return parts.parked().next(key).stream().map(ParkedMessage::message).toList();
  }

  private static Message message(long version) {
    return new Message(
        UUID.randomUUID(), "thing", "a", version, "Moved", "{}", MessageContext.NONE);
  }

  private static final class Remembering implements Publisher {

    private final List<Message> messages = new ArrayList<>();
    private final List<Position> positions = new ArrayList<>();

    @Override
    public void publish(List<Message> batch, Position reached) {
      messages.addAll(batch);
      positions.add(reached);
    }

    @Override
    public void close() {}
  }
}
