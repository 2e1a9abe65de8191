package onceward.relay.capture.pgoutput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import onceward.relay.capture.pgoutput.PgoutputMessage.Begin;
import onceward.relay.capture.pgoutput.PgoutputMessage.Commit;
import onceward.relay.capture.pgoutput.PgoutputMessage.Delete;
import onceward.relay.capture.pgoutput.PgoutputMessage.Insert;
import onceward.relay.capture.pgoutput.PgoutputMessage.Other;
import onceward.relay.capture.pgoutput.PgoutputMessage.Relation;
import onceward.relay.capture.pgoutput.PgoutputMessage.Truncate;
import onceward.relay.capture.pgoutput.PgoutputMessage.Update;
import onceward.relay.position.Lsn;
import org.junit.jupiter.api.Test;

/** From bytes of a server to what they say, and nothing else is taken for one of them. */
class PgoutputDecoderTest {

  @Test
  void everything_that_a_server_sent_is_read() {
    assertThat(of(Begin.class)).hasSize(12);
    assertThat(of(Commit.class)).hasSize(12);
    assertThat(of(Insert.class)).hasSize(5);
    assertThat(of(Update.class)).hasSize(4);
    assertThat(of(Delete.class)).hasSize(2);
    assertThat(of(Truncate.class)).extracting(one -> one.relations().size()).containsExactly(1, 2);
  }

  @Test
  void a_transaction_has_an_id_and_a_time() {
    assertThat(of(Begin.class).findFirst())
        .contains(
            new Begin(0x334, Lsn.parse("0/21FDFA0"), Instant.parse("2026-11-28T21:23:12.663611Z")));
  }

  @Test
  void an_id_is_a_number_without_a_sign() {
    assertThat(decode("42 0000000000000001 0000000000000000 ffffffff"))
        .isEqualTo(new Begin(4_294_967_295L, new Lsn(1), Instant.parse("2000-01-01T00:00:00Z")));
  }

  @Test
  void a_table_is_described_by_its_columns_as_they_are_then() {
    assertThat(of(Relation.class).filter(one -> one.table().equals("outbox")))
        .extracting(one -> one.columns().size(), one -> one.columns().getLast().name())
        .containsExactly(
            tuple(9, "correlationid"),
            tuple(10, "remark"),
            tuple(9, "remark"),
            tuple(9, "remark"),
            tuple(9, "remark"));
  }

  @Test
  void a_value_is_a_text_or_is_not_there() {
    assertThat(
            of(Insert.class)
                .skip(1)
                .limit(2)
                .map(insert -> Arrays.asList(insert.row().text(0), insert.row().text(1))))
        .containsExactly(Arrays.asList("1", "x"), Arrays.asList("2", null));
    assertThat(of(Insert.class).skip(3).findFirst().orElseThrow().row().text(2)).isEqualTo("Zoë");
  }

  /** With the whole row before it (a table with replica identity full), or with its key. */
  @Test
  void a_changed_row_is_read_as_it_is_afterwards() {
    assertThat(of(Update.class).map(update -> update.row().text(1)))
        .containsSubsequence("3", "y", "thing");
    assertThat(of(Delete.class).map(delete -> delete.key().text(0)).findFirst()).contains("1");
  }

  @Test
  void an_unchanged_value_that_was_not_sent_is_not_there() {
    var update = (Update) decode("55 00000001 4e 0002 75 74 00000001 78");

    assertThat(Arrays.asList(update.row().text(0), update.row().text(1), update.row().text(2)))
        .isEqualTo(Arrays.asList(null, "x", null));
  }

  @Test
  void what_is_of_no_concern_is_read_as_such() {
    for (var kind : List.of("4f", "59", "4d")) {
      assertThat(decode(kind + " 00 00")).isEqualTo(new Other());
    }
  }

  @Test
  void a_message_or_a_value_of_another_version_is_none() {
    assertThatThrownBy(() -> decode("53 00000001"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("kind 'S'");
    assertThatThrownBy(() -> decode("49 00000001 4e 0001 62 00000001 78"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("form 'b'");
  }

  /** The driver's buffer begins with bytes of its own. */
  @Test
  void a_message_may_lie_in_the_middle_of_an_array() {
    var bytes = HexFormat.of().parseHex("ffffff490000000" + "14e0001740000000178");

    var insert =
        (Insert) PgoutputDecoder.decode(ByteBuffer.wrap(bytes, 3, bytes.length - 3).slice());

    assertThat(insert.row().text(0)).isEqualTo("x");
  }

  private static PgoutputMessage decode(String hex) {
    return PgoutputDecoder.decode(ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", ""))));
  }

  private static <T extends PgoutputMessage> Stream<T> of(Class<T> kind) {
    return Recording.all().stream()
        .map(Recording.Sent::decoded)
        .filter(kind::isInstance)
        .map(kind::cast);
  }
}
