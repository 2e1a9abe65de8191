package onceward.relay.capture.pgoutput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import onceward.messaging.Message;
import onceward.relay.capture.Resumption;
import onceward.relay.capture.UnreadableRowException;
import onceward.relay.capture.pgoutput.PgoutputMessage.Begin;
import onceward.relay.capture.pgoutput.PgoutputMessage.Column;
import onceward.relay.capture.pgoutput.PgoutputMessage.Relation;
import onceward.relay.position.LogPlace;
import onceward.relay.position.Lsn;
import onceward.relay.position.Position;
import onceward.relay.source.DatabaseSettings;
import onceward.relay.source.DatabaseTls;
import onceward.relay.source.Servers;
import onceward.relay.source.Shard;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.postgresql.core.Oid;

/** Which changes are messages, where they lie, and at which of them a capture ends. */
class ChangeReaderTest {

  static final DatabaseSettings DATABASE =
      new DatabaseSettings(
          Servers.of("localhost", 5432),
          "shop_1",
          "relay",
          () -> "",
          new DatabaseTls("disable", null, null, null),
          "public.outbox",
          "public",
          Shard.whole("shop_1_outbox", "outbox"));

  /** So many messages of the recording are whole transactions without an unreadable row. */
  private static final int READABLE = 39;

  private static final Begin BEGIN = new Begin(1, new Lsn(3), Instant.EPOCH);

  @Test
  void inserted_rows_are_messages_whatever_columns_come_and_go() {
    var changes = untilUnreadable(reader(null));

    assertThat(messages(changes))
        .extracting(one -> one.aggregateId() + one.aggregateVersion())
        .containsExactly("a1", "Zoë2", "a3");
    assertThat(messages(changes).get(1).context().causationId())
        .isEqualTo(UUID.fromString("00000000-0000-7000-8000-000000000001"));
  }

  @Test
  void the_canary_of_the_slot_is_a_beat() {
    assertThat(untilUnreadable(reader(null))).extracting(Change::beat).contains(3L);
  }

  @Test
  void a_place_tells_the_end_of_the_transaction_before() {
    var changes = untilUnreadable(reader(null));

    assertThat(changes.get(0).place().commit()).isNull();
    assertThat(changes.get(1).place())
        .isEqualTo(new LogPlace(Lsn.parse("0/21FDFD0"), 0x339, Lsn.parse("0/22050E8"), 1));
    // The row of another table in between is no change, and its commit an end.
    assertThat(changes.get(3).place().commit()).isEqualTo(Lsn.parse("0/2206458"));
  }

  @Test
  void what_is_published_already_is_no_message_and_moves_on_from_there() {
    var first = untilUnreadable(reader(null)).get(1);

    var changes = untilUnreadable(reader(first.place()));

    assertThat(messages(changes)).extracting(Message::aggregateId).containsExactly("Zoë", "a");
    assertThat(changes.get(0).behind()).isEqualTo(first.place());
    assertThat(changes.getLast().behind()).isEqualTo(changes.getLast().place());
  }

  @Test
  void a_changed_row_a_deleted_row_and_an_emptied_table_end_the_capture_unless_discarded() {
    var reader = reader(null);
    var id = messages(untilUnreadable(reader)).getFirst().id();

    assertThat(unreadable(Set.of()).messageId()).contains(id);
    assertThat(unreadable(Set.of())).hasMessageContaining("operation 'u'");
    // With the row both its changes are discarded; an emptied table has no id.
    assertThat(unreadable(Set.of(id)).messageId()).isEmpty();
    assertThat(unreadable(Set.of(id))).hasMessageContaining("operation 't'");
  }

  @Test
  void a_column_that_holds_another_type_now_makes_its_rows_unreadable() {
    var reader = reader(null);
    var recorded = Recording.all();
    var described =
        (Relation)
            recorded.stream()
                .map(Recording.Sent::decoded)
                .filter(one -> one instanceof Relation table && table.table().equals("outbox"))
                .findFirst()
                .orElseThrow();
    var changed =
        described.columns().stream()
            .map(one -> one.name().equals("payload") ? new Column("payload", Oid.BYTEA) : one)
            .toList();
    reader.read(BEGIN, new Lsn(1), 1);
    reader.read(new Relation(described.oid(), "public", "outbox", changed), new Lsn(1), 1);
    var insert =
        recorded.stream()
            .map(Recording.Sent::decoded)
            .filter(PgoutputMessage.Insert.class::isInstance)
            .findFirst()
            .orElseThrow();

    var unreadable =
        catchThrowableOfType(
            UnreadableRowException.class, () -> reader.read(insert, new Lsn(2), 1));

    assertThat(unreadable).hasMessageContaining("column payload holds no text");
    assertThat(unreadable.messageId()).isPresent();
  }

  @Test
  void a_change_of_a_table_that_was_not_described_is_a_fault() {
    var reader = reader(null);
    reader.read(BEGIN, new Lsn(1), 1);

    assertThatThrownBy(
            () -> reader.read(new PgoutputMessage.Truncate(List.of(4711)), new Lsn(1), 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("4711");
  }

  /** Method: each beginning and each end is left out once, until the first unreadable row. */
  @Test
  void a_transaction_without_its_beginning_or_its_end_is_a_fault() {
    var recorded = Recording.all().subList(0, READABLE);
    var boundaries =
        recorded.subList(0, READABLE - 1).stream()
            .filter(one ->
                one.decoded() instanceof Begin || one.decoded() instanceof PgoutputMessage.Commit)
            .toList();
    assertThat(boundaries).hasSize(2 * 9 - 1);

    for (var lost : boundaries) {
      var reader = reader(null);
      assertThatThrownBy(() ->
              recorded.stream()
                  .filter(one -> !one.equals(lost))
                  .forEach(one -> reader.read(one.decoded(), one.at(), 1)))
          .as("without %s", lost)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("Messages of the replication stream are missing: ");
    }
  }

  private static UnreadableRowException unreadable(Set<UUID> discarded) {
    var reader = reader(null, discarded);
    return catchThrowableOfType(
        UnreadableRowException.class,
        () -> Recording.all().forEach(one -> reader.read(one.decoded(), one.at(), 1)));
  }

  private static List<Change> untilUnreadable(ChangeReader reader) {
    var changes = new ArrayList<Change>();
    try {
      for (var sent : Recording.all()) {
        var change = reader.read(sent.decoded(), sent.at(), sent.hex().length() / 2);
        if (change != null) {
          changes.add(change);
        }
      }
    } catch (UnreadableRowException end) {
      assertThat(end).hasMessageContaining("operation 'u'");
    }
    return changes;
  }

  private static List<Message> messages(List<Change> changes) {
    return changes.stream().map(Change::message).filter(Objects::nonNull).toList();
  }

  private static ChangeReader reader(@Nullable LogPlace behind) {
    return reader(behind, Set.of());
  }

  private static ChangeReader reader(@Nullable LogPlace behind, Set<UUID> discarded) {
    var confirmable = behind == null ? new Lsn(0) : behind.confirmable();
    var position = new Position(DATABASE.slot(), "1", 1, "", 0, confirmable, behind);
    return new ChangeReader(DATABASE, 0, new Resumption("shop", position), discarded);
  }
}
