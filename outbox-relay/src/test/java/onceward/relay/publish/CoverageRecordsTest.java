package onceward.relay.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import onceward.relay.position.Coverage;
import onceward.relay.position.Coverage.Hour;
import onceward.relay.position.Coverage.Part;
import onceward.relay.position.Coverage.Sum;
import onceward.relay.position.Lsn;
import onceward.relay.position.Position;
import onceward.relay.position.Premises;
import org.junit.jupiter.api.Test;

/** Relays read each other's coverage, older relays included. */
class CoverageRecordsTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final UUID FIRST = UUID.fromString("f9a22411-ea6b-75d0-81c2-4064aebda366");
  private static final Hour HOUR =
      new Hour(
          498_946,
          new Lsn(1),
          new Lsn(2),
          Map.of("order", new Sum(3, UUID.fromString("f9a22411-ea6b-75d0-81c2-4064aebda366"))));

  @Test
  void a_position_says_what_was_published_up_to_it() {
    var coverage = new Coverage(List.of(HOUR), List.of(), 7, FIRST);
    var record = PositionRecords.of("positions", position(coverage));

    assertThat(PositionRecords.read(record.value()).coverage()).isEqualTo(coverage);
    assertThat(new String(record.value(), UTF_8)).contains("\"hour\":\"2026-12-02T10:00:00Z\"");
  }

  @Test
  void a_position_of_an_older_relay_covers_nothing() throws Exception {
    var old = (ObjectNode) JSON.readTree(PositionRecords.of("p", position(Coverage.NONE)).value());
    old.remove("coverage");

    assertThat(PositionRecords.read(JSON.writeValueAsBytes(old)))
        .isEqualTo(position(Coverage.NONE));
  }

  /** A count that an older relay has begun goes on as it began. */
  @Test
  void a_count_that_does_not_say_how_it_began_goes_on_without() {
    var coverage = new Coverage(List.of(HOUR), List.of(), 7, null);
    var record = PositionRecords.of("positions", position(coverage));

    assertThat(PositionRecords.read(record.value()).coverage()).isEqualTo(coverage);
  }

  @Test
  void coverage_that_cannot_be_read_stops_nobody() throws Exception {
    var coverage = new Coverage(List.of(HOUR), List.of(), 7, FIRST);
    var damaged = (ObjectNode) JSON.readTree(PositionRecords.of("p", position(coverage)).value());
    ((ObjectNode) damaged.path("coverage").path("open").path(0)).put("hour", "yesterday");

    assertThat(PositionRecords.read(JSON.writeValueAsBytes(damaged)).coverage())
        .isEqualTo(Coverage.NONE);
  }

  /** Whoever looks for a slot's position finds it by its key, and people by its name. */
  @Test
  void a_part_is_no_position_and_the_parts_of_a_slot_do_not_grow_without_end() throws Exception {
    var first = CoverageRecords.of("p", "shop", FIRST, new Part(5, HOUR));
    var later =
        CoverageRecords.of("p", "shop", FIRST, new Part(5 + CoverageRecords.PARTS_KEPT, HOUR));

    assertThat(new String(first.key(), UTF_8)).isEqualTo("shop#5");
    assertThat(later.key()).isEqualTo(first.key());
    var value = JSON.readTree(first.value());
    assertThat(value.has("slot")).isFalse();
    assertThat(value.path("coverageOf").asText()).isEqualTo("shop");
    assertThat(value.path("first").asText()).isEqualTo(FIRST.toString());
    assertThat(value.path("published").path("order").path("count").asLong()).isEqualTo(3);
  }

  private static Position position(Coverage coverage) {
    return new Position(
        "shop", "1", 1, new Premises("outbox"), 0, new Lsn(1), null, Map.of(), coverage);
  }
}
