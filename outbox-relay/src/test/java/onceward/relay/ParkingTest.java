package onceward.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.LongStream;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.relay.position.Key;
import onceward.relay.position.Lsn;
import onceward.relay.position.ParkedProgress;
import onceward.relay.position.Position;
import onceward.relay.publish.Publisher;
import onceward.relay.quarantine.KeyReleasedException;
import onceward.relay.quarantine.ParkedMessage;
import onceward.relay.quarantine.Parking;
import onceward.relay.source.SlotLostException;
import onceward.relay.stop.Poison;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StopReason;
import onceward.relay.stop.StoppedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: the position says from which message on a key is parked, and until when, whatever happened
 * between the writing of the position and of the table.
 *
 * <p>Method: a real table, and a publisher that remembers what it is given. A trigger sees every
 * step that a row takes from state to state.
 */
class ParkingTest {

  private static final String OPERATOR = "ada";

  /** The session that holds the slot here: none does. */
  private static final int NOBODY = 0;

  private static final Position NOWHERE = new Position("shop", "1", 1, "", 0, new Lsn(1), null);

  private final Message before = message(1);
  private final Message poison = message(2);
  private final Message behind = message(3);
  private final Message message4 = message(4);
  private final Message message5 = message(5);
  private final Remembering publisher = new Remembering();
  private OutboxDatabase database;
  private ConfiguredParts parts;
  private ParkedSteps steps;

  @BeforeEach
  void quarantine() throws Exception {
    database = OutboxDatabase.create();
    steps = ParkedSteps.of(database);
    parts = database.parts();
    add(poison);
  }

  /** No statement changes a state in a way that is not declared. */
  @AfterEach
  void end() throws Exception {
    var taken = steps.taken();
    database.close();
    assertThat(ParkedSteps.allowed()).containsAll(taken);
  }

  @Test
  void a_key_is_parked_from_its_quarantined_message_on() {
    var parking = behind(NOWHERE);

    assertThat(parking.park(List.of(before, poison, behind))).containsExactly(before);

    assertThat(parkedMessages()).containsExactly(poison, behind);
    assertThat(parking.withParkedKeys(NOWHERE).parked()).hasSize(1);
  }

  @Test
  void a_key_is_parked_from_the_start_if_the_position_is_past_its_quarantined_message() {
    var past = behind(NOWHERE);
    past.park(List.of(poison));

    assertThat(behind(past.withParkedKeys(NOWHERE)).park(List.of(behind))).isEmpty();
  }

  /** As after a promotion of a standby that had not got the last rows. */
  @Test
  void a_database_that_lacks_parked_messages_is_told_from_the_one_of_the_position() {
    var parking = behind(NOWHERE);
    parking.park(List.of(poison, behind));
    var known = parking.withParkedKeys(NOWHERE).parked();
    var key = Key.of(poison);
    var arrived = Objects.requireNonNull(known.get(key)).arrived();

    assertThat(parts.parked().lacking(known)).isEmpty();
    assertThat(parts.parked().lacking(Map.of(key, new ParkedProgress(arrived + 1, 0))))
        .containsExactly(key);
    assertThat(parts.parked().lacking(Map.of(key, new ParkedProgress(arrived + 1, arrived + 1))))
        .isEmpty();
  }

  @Test
  void messages_before_the_quarantined_one_pass_if_the_position_is_not_past_it() {
    behind(NOWHERE).park(List.of(before, poison, behind));

    assertThat(behind(NOWHERE).park(List.of(before, poison, behind))).containsExactly(before);

    assertThat(parkedMessages()).containsExactly(poison, behind);
  }

  @Test
  void a_release_publishes_in_order_and_leaves_no_mark_in_the_position() throws Exception {
    var position = parked();
    parts.quarantine().retry(behind.id(), OPERATOR);

    var reached = release(behind(position), position);

    assertThat(publisher.messages).containsExactly(poison, behind);
    assertThat(reached.parked()).isEmpty();
    assertThat(publisher.positions.getLast()).isEqualTo(reached);
    assertThat(parkedMessages()).isEmpty();
  }

  @Test
  void a_key_whose_topic_is_not_fit_stays_parked_and_holds_up_no_other() throws Exception {
    var other = new Message(UUID.randomUUID(), "other", "b", 1, "Moved", "{}", MessageContext.NONE);
    add(other);
    var parking = behind(NOWHERE);
    parking.park(List.of(poison, behind, other));
    parts.quarantine().retry(behind.id(), OPERATOR);
    parts.quarantine().retry(other.id(), OPERATOR);

    var reached =
        parking.release(
            publisher,
            parking.withParkedKeys(NOWHERE),
            ParkingTest::refuseThings,
            _ -> false,
            portions(Integer.MAX_VALUE));

    assertThat(publisher.messages).containsExactly(other);
    assertThat(reached.parked()).containsOnlyKeys(Key.of(poison));
    assertThat(states()).isEqualTo("QUARANTINED WAITING RELEASED");
    assertThat(
            database.ask(
                "select reason from relay_parked where message_id = '%s'".formatted(poison.id())))
        .isEqualTo("topic-unfit: it is compacted; to mend it: alter it");
  }

  /** Method: more messages wait than are read at once. */
  @Test
  void a_release_that_is_to_end_goes_on_where_it_has_come_to() throws Exception {
    var parking = behind(NOWHERE);
    parking.park(List.of(poison));
    parking.park(LongStream.rangeClosed(3, 700).mapToObj(ParkingTest::message).toList());
    parts.quarantine().retry(poison.id(), OPERATOR);

    var reached =
        parking.release(
            publisher, parking.withParkedKeys(NOWHERE), _ -> {}, _ -> false, portions(1));

    assertThat(publisher.versions()).isEqualTo(LongStream.rangeClosed(2, 501).boxed().toList());
    assertThat(reached.parked()).containsOnlyKeys(Key.of(poison));
    release(behind(reached), reached);
    assertThat(publisher.versions()).isEqualTo(LongStream.rangeClosed(2, 700).boxed().toList());
  }

  /** Goes on until so many portions are released. */
  private static Parking.Pace portions(int max) {
    return new Parking.Pace() {
      private int released;

      @Override
      public boolean goesOn() {
        return released < max;
      }

      @Override
      public void released(int count) {
        released++;
      }
    };
  }

  private static void refuseThings(List<Message> messages) {
    if (messages.getFirst().aggregateType().equals("thing")) {
      throw new StoppedException(
          new Stop(StopReason.TOPIC_UNFIT, "it is compacted", "alter it").at(messages.getFirst()));
    }
  }

  @Test
  void a_release_that_only_the_position_knows_of_is_not_repeated() throws Exception {
    var position = parked();
    parts.quarantine().retry(poison.id(), OPERATOR);
    var first = Long.parseLong(database.ask("select min(arrival) from relay_parked"));
    var arrived = Objects.requireNonNull(position.parked().get(Key.of(poison))).arrived();
    var died = position.parking(Map.of(Key.of(poison), new ParkedProgress(arrived, first)));

    release(behind(died), died);

    assertThat(publisher.messages).containsExactly(behind);
    assertThat(parkedMessages()).isEmpty();
  }

  @Test
  void a_late_message_does_not_park_a_key_that_another_relay_has_released() throws Exception {
    var position = parked();
    var late = behind(position);
    parts.quarantine().retry(poison.id(), OPERATOR);
    release(behind(position), position);

    assertThatThrownBy(() -> late.park(List.of(message(4))))
        .isInstanceOf(KeyReleasedException.class);

    assertThat(parkedMessages()).isEmpty();
  }

  /** Method: the late relay was suspended while another session took the slot. */
  @Test
  void a_relay_that_lost_its_slot_changes_no_turn_of_later_messages() throws Exception {
    var position = parked();
    var late = new Parking(position, parts.parked());
    late.begin(4711);
    var parking = behind(position);
    parking.park(List.of(message4, message5));

    assertThatThrownBy(() -> late.park(List.of(message4)))
        .isInstanceOf(SlotLostException.class)
        .hasMessageContaining("session 4711 holds slot %s no more", database.slot());

    parts.quarantine().retry(poison.id(), OPERATOR);
    release(parking, parking.withParkedKeys(position));
    assertThat(publisher.messages).containsExactly(poison, behind, message4, message5);
  }

  /**
   * Method: the batch is parked, and its position is not written. Then the slot is made anew; or
   * only the slot has moved past the batch.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void messages_parked_beyond_the_position_stay_parked_if_the_slot_is_past_them(boolean isMadeAnew)
      throws Exception {
    try (var real = parts.publisher()) {
      var start = parts.preflight().position(real, null, _ -> {});
      var first = behind(start);
      first.park(List.of(poison, behind));
      real.publish(List.of(), first.withParkedKeys(start));
      real.checkpoint(first.withParkedKeys(start));
      first.park(List.of(message4));
      if (isMadeAnew) {
        database.dropSlot();
        database.makeSlot("pgoutput");
      }

      var accepted = parts.preflight().position(real, StopReason.SLOT_AHEAD, _ -> {});

      parts.quarantine().retry(poison.id(), OPERATOR);
      release(behind(accepted), accepted);
      assertThat(publisher.messages).containsExactly(poison, behind, message4);
    }
  }

  /** Method: there is no position; then the slot is made anew, and no message is behind it. */
  @Test
  void a_lone_message_is_parked_once_the_slot_does_not_send_it_any_more() throws Exception {
    parts.quarantine().discard(poison.id(), OPERATOR);
    release(behind(NOWHERE), NOWHERE);
    var lone =
        new Message(
            database.append("thing", "b", 1), "thing", "b", 1, "Moved", "{}", MessageContext.NONE);
    add(lone);
    assertThat(parts.parked().arrived()).isEmpty();
    database.dropSlot();
    database.makeSlot("pgoutput");
    assertThat(parts.parked().arrived()).containsOnlyKeys(Key.of(lone));

    try (var real = parts.publisher()) {
      var accepted = parts.preflight().position(real, StopReason.POSITION_LOST, _ -> {});
      parts.quarantine().retry(lone.id(), OPERATOR);
      release(behind(accepted), accepted);
    }

    assertThat(publisher.messages).containsExactly(lone);
  }

  /** Method: the batch is parked, and the relay dies before the position is written. */
  @Test
  void messages_parked_beyond_the_position_come_again_and_are_not_released_before()
      throws Exception {
    var position = parked();
    behind(position).park(List.of(message4));
    parts.quarantine().retry(poison.id(), OPERATOR);

    var parking = behind(position);
    release(parking, position);

    assertThat(publisher.messages).containsExactly(poison, behind);
    assertThat(parking.park(List.of(message4))).containsExactly(message4);
    assertThat(parkedMessages()).isEmpty();
  }

  @Test
  void a_key_that_is_quarantined_again_and_again_keeps_its_order() throws Exception {
    var position = parked();
    parts.quarantine().retry(poison.id(), OPERATOR);
    position = release(behind(position), position);
    for (int version = 4; version <= 8; version += 4) {
      var batch = List.of(message(version), message(version + 1), message(version + 2));
      add(batch.get(1));
      var parking = behind(position);
      publisher.publish(parking.park(batch), position);
      position = parking.withParkedKeys(position);
      parts.quarantine().retry(batch.get(1).id(), OPERATOR);
      position = release(behind(position), position);
      assertThat(position.parked()).isEmpty();
    }

    assertThat(publisher.versions()).containsExactly(2L, 3L, 4L, 5L, 6L, 8L, 9L, 10L);
  }

  /** Method: the message behind was refused first; then the limit was lowered once more. */
  @Test
  void of_two_quarantined_messages_of_a_key_the_one_that_comes_first_is_released_first()
      throws Exception {
    add(behind);
    add(before);
    var parking = behind(NOWHERE);
    parking.park(List.of(before, poison, behind));
    var position = parking.withParkedKeys(NOWHERE);
    parts.quarantine().retry(behind.id(), OPERATOR);

    release(behind(position), position);

    assertThat(publisher.messages).containsExactly(before, poison, behind);
  }

  /** Method: another relay published the message while the operator quarantined it. */
  @Test
  void a_quarantined_message_that_never_comes_can_be_discarded() throws Exception {
    parts.quarantine().discard(poison.id(), OPERATOR);
    var parking = behind(NOWHERE);

    release(parking, NOWHERE);

    assertThat(parkedMessages()).isEmpty();
    assertThat(parking.park(List.of(poison, behind))).containsExactly(behind);
  }

  @Test
  void a_message_that_is_discarded_during_a_release_is_not_published_when_it_comes_again()
      throws Exception {
    var position = parked();
    var parking = behind(position);
    parts.quarantine().discard(poison.id(), OPERATOR);

    release(parking, position);

    assertThat(publisher.messages).containsExactly(behind);
    assertThat(parking.park(List.of(poison))).isEmpty();
  }

  @Test
  void a_row_that_is_a_message_and_was_changed_later_is_both() {
    var position = parked();
    parts.quarantine().add(new Poison(message4.id(), null, "operation 'u'"), OPERATOR);

    var parking = behind(position);

    assertThat(parking.discardedChanges()).containsExactly(message4.id());
    assertThat(parking.park(List.of(message4))).isEmpty();
    assertThat(parkedMessages()).containsExactly(poison, behind, message4);
  }

  @Test
  void messages_that_concern_an_operator_are_listed_before_all_others() {
    var parking = behind(NOWHERE);
    parking.park(List.of(poison));
    parking.park(LongStream.rangeClosed(3, 1_100).mapToObj(ParkingTest::message).toList());
    var other = new Message(UUID.randomUUID(), "thing", "b", 1, "Moved", "{}", MessageContext.NONE);
    add(other);

    assertThat(parts.quarantine().list()).anyMatch(one -> one.messageId().equals(other.id()));
    assertThat(parts.quarantine().find(behind.id())).isEmpty();
  }

  /** Method: a trigger notes the synchronous_commit of the transaction. */
  @Test
  void parked_messages_are_on_disk_before_the_position_moves() throws Exception {
    database.administer("alter role relay set synchronous_commit = off");
    try {
      database.administer(
          "create function told() returns trigger language plpgsql as $$ begin new.reason := current_setting('synchronous_commit'); return new; end $$");
      database.administer(
          "create trigger told before insert on relay_parked for each row execute function told()");
      behind(NOWHERE).park(List.of(poison, behind));
    } finally {
      database.administer("alter role relay reset synchronous_commit");
    }

    assertThat(
            database.ask(
                "select reason from relay_parked where message_id = '%s'".formatted(behind.id())))
        .isEqualTo("on");
  }

  @Test
  void other_keys_pass() {
    var other = new Message(UUID.randomUUID(), "thing", "b", 1, "Moved", "{}", MessageContext.NONE);

    assertThat(behind(NOWHERE).park(List.of(poison, other))).containsExactly(other);
  }

  /** Method: two keys; Kafka refuses a release once, and capture brings messages again. */
  @Test
  void every_step_that_is_declared_is_taken() throws Exception {
    var quarantine = parts.quarantine();
    quarantine.add(new Poison(message5.id(), null, "operation 'u'"), OPERATOR);
    var position = parked();
    quarantine.retry(poison.id(), OPERATOR);
    quarantine.retry(behind.id(), OPERATOR);
    parts.parked().withdrawRelease(Key.of(poison), behind.id(), "too large");
    assertThat(states()).isEqualTo("QUARANTINED WAITING");

    quarantine.discard(poison.id(), OPERATOR);
    parts.parked().withdrawRelease(Key.of(poison), behind.id(), "too large");
    assertThat(states()).isEqualTo("DISCARD_PENDING WAITING");
    quarantine.retry(poison.id(), OPERATOR);
    assertThat(states()).isEqualTo("DISCARD_REQUESTED WAITING");
    parts.parked().withdrawRelease(Key.of(poison), behind.id(), "too large");
    quarantine.retry(behind.id(), OPERATOR);
    position = release(behind(position), position);
    assertThat(states()).isEqualTo("DISCARDED");

    add(poison);
    var parking = behind(position);
    parking.park(List.of(poison, behind, message4));
    quarantine.retry(behind.id(), OPERATOR);
    position = release(parking, parking.withParkedKeys(position));
    assertThat(states()).isEqualTo("RELEASED");

    add(poison);
    parking = behind(position);
    parking.park(List.of(poison, behind, message4));
    quarantine.retry(poison.id(), OPERATOR);
    quarantine.discard(poison.id(), OPERATOR);
    quarantine.discard(behind.id(), OPERATOR);
    position = release(parking, parking.withParkedKeys(position));
    assertThat(states()).isEqualTo("DISCARDED DISCARDED");

    add(poison);
    parking = behind(position);
    parking.park(List.of(poison));
    quarantine.retry(poison.id(), OPERATOR);
    position = release(parking, parking.withParkedKeys(position));

    add(message4);
    parking = behind(position);
    parking.park(List.of(message4));
    quarantine.discard(message4.id(), OPERATOR);
    parking.park(List.of(message(6)));
    release(parking, parking.withParkedKeys(position));

    assertThat(steps.taken()).isEqualTo(ParkedSteps.allowed());
  }

  /** Method: the rows are written before there is a column for their state. */
  @Test
  void rows_of_older_versions_get_their_state() throws Exception {
    database.administer("drop trigger step on relay_parked");
    database.administer("truncate relay_parked");
    database.administer("alter table relay_parked drop column state");
    database.administer(
        """
        insert into relay_parked (slot, message_id, unreadable, aggregatetype, aggregateid, type, payload,
                                  quarantined_by, release_asked_by, release_asked_at, discarded_by, ended_at)
        select 'shop', gen_random_uuid(), false, 'thing', 'a', 'Moved', case when e is null or d is not null then '{}' end, q, r, r::timestamptz, d, e
        from (values (null), ('ada')) q (q), (values (null), ('2026-11-28')) r (r), (values (null), ('ada')) d (d),
             (values (null), (now())) e (e)
        where e is null or q is not null or d is not null
        union all
        select 'shop', gen_random_uuid(), true, null, null, null, null, 'ada', null, null, 'ada', now()
        """);

    database.administer(migration("V0_12__relay_parked_state.sql"));

    assertThat(
            database.ask(
                "select string_agg(state || ' ' || count, ', ' order by state) from (select state, count(*) from relay_parked group by state) counted"))
        .isEqualTo(
            "DISCARDED 4, DISCARD_PENDING 2, DISCARD_REQUESTED 2, QUARANTINED 1, RELEASED 2, RELEASE_REQUESTED 2, UNREADABLE 1, WAITING 1");
  }

  private String states() {
    return database.ask(
        "select string_agg(state, ' ' order by arrival) from relay_parked where not unreadable");
  }

  private static String migration(String name) throws IOException {
    try (var script =
        Objects.requireNonNull(
            Message.class.getResourceAsStream("/onceward/messaging/migration/" + name))) {
      return new String(script.readAllBytes(), UTF_8);
    }
  }

  private void add(Message message) {
    parts.quarantine().add(new Poison(message.id(), message, "too large"), OPERATOR);
  }

  /** The position once the quarantined message and one behind it have come. */
  private Position parked() {
    var parking = behind(NOWHERE);
    parking.park(List.of(poison, behind));
    return parking.withParkedKeys(NOWHERE);
  }

  private Parking behind(Position position) {
    var parking = new Parking(position, parts.parked());
    parking.begin(NOBODY);
    return parking;
  }

  private Position release(Parking parking, Position start) throws InterruptedException {
    return parking.release(publisher, start, _ -> {}, _ -> false, portions(Integer.MAX_VALUE));
  }

  private List<Message> parkedMessages() {
    var key = Key.of(poison);
    return parts.parked().next(key, Long.MAX_VALUE).stream().map(ParkedMessage::message).toList();
  }

  private static Message message(long version) {
    return new Message(
        UUID.randomUUID(), "thing", "a", version, "Moved", "{}", MessageContext.NONE);
  }

  private static final class Remembering implements Publisher {

    private final List<Message> messages = new ArrayList<>();
    private final List<Position> positions = new ArrayList<>();

    List<Long> versions() {
      return messages.stream().map(Message::aggregateVersion).toList();
    }

    @Override
    public Sent send(List<Message> batch, Position reached) {
      messages.addAll(batch);
      positions.add(reached);
      return () -> {};
    }

    @Override
    public void checkpoint(Position reached) {
      assertThat(reached).isEqualTo(positions.getLast());
    }

    @Override
    public void close() {}
  }
}
