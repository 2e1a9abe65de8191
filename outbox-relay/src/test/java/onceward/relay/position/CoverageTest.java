package onceward.relay.position;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.relay.position.Coverage.Hour;
import onceward.relay.position.Coverage.Part;
import onceward.relay.position.Coverage.Sum;
import org.junit.jupiter.api.Test;

/** What is published is summed up by the hour of its id, whatever order and batches it comes in. */
class CoverageTest {

  private static final Instant TEN = Instant.parse("2026-11-29T10:00:00Z");
  private static final Lsn HERE = new Lsn(100);

  private final Random random = new Random(7);

  @Test
  void the_sum_depends_on_the_messages_and_on_nothing_else() {
    var messages = new ArrayList<Message>();
    for (var number = 0; number < 1_000; number++) {
      messages.add(message("order", TEN.plus(Duration.ofSeconds(10L * number))));
      messages.add(message("customer", TEN.plus(Duration.ofSeconds(10L * number))));
    }
    var expected = totals(Coverage.NONE.with(messages, HERE));
    assertThat(expected.values()).extracting(Sum::count).contains(360L);

    Collections.shuffle(messages, random);
    var coverage = Coverage.NONE;
    for (var from = 0; from < messages.size(); from += 37) {
      coverage = coverage.with(messages.subList(from, Math.min(from + 37, messages.size())), HERE);
    }

    assertThat(totals(coverage)).isEqualTo(expected);
  }

  @Test
  void the_last_millisecond_of_an_hour_belongs_to_that_hour() {
    var last = message("order", TEN.plus(Duration.ofHours(1)).minusMillis(1));
    var first = message("order", TEN.plus(Duration.ofHours(1)));

    var coverage = Coverage.NONE.with(List.of(last, first), HERE);

    assertThat(coverage.open()).extracting(Hour::number).containsExactly(hour(0), hour(1));
    assertThat(coverage.open().getFirst().sums().get("order")).isEqualTo(new Sum(1, last.id()));
  }

  @Test
  void a_message_without_a_time_in_its_id_is_not_counted() {
    var message = message("order", UUID.fromString("6fa459ea-ee8a-4ca4-894e-db77e160355e"));
    assertThat(Coverage.NONE.with(List.of(message), HERE).open()).isEmpty();
  }

  /** Parts of a count that began anew have the numbers of the one before. */
  @Test
  void a_count_keeps_the_message_that_it_began_with() {
    var first = message("order", at(0));
    var untimed = message("order", UUID.fromString("6fa459ea-ee8a-4ca4-894e-db77e160355e"));

    var coverage = Coverage.NONE.with(List.of(untimed, first, message("order", at(1))), HERE);

    assertThat(coverage.first()).isEqualTo(first.id());
    assertThat(coverage.with(List.of(message("order", at(2))), HERE).first()).isEqualTo(first.id());
  }

  /** Its parts have been written without. */
  @Test
  void a_count_of_an_older_relay_goes_on_without_one() {
    var first = message("order", at(0));
    var ofOlder = new Coverage(Coverage.NONE.with(List.of(first), HERE).open(), List.of(), 0, null);

    assertThat(ofOlder.with(List.of(message("order", at(1))), HERE).first()).isNull();
  }

  @Test
  void the_fifth_hour_closes_the_one_that_was_added_to_longest_ago() {
    var coverage = Coverage.NONE;
    for (var number = 0; number < Coverage.OPEN_MAX; number++) {
      coverage = coverage.with(List.of(message("order", at(number))), new Lsn(number));
    }
    coverage = coverage.with(List.of(message("order", at(0))), new Lsn(10));
    assertThat(coverage.closed()).isEmpty();

    coverage = coverage.with(List.of(message("order", at(4))), new Lsn(11));

    assertThat(coverage.parts()).isEqualTo(1);
    assertThat(coverage.closed())
        .extracting(Part::number, part -> part.hour().number())
        .containsExactly(tuple(0L, hour(1)));
    assertThat(coverage.open())
        .extracting(Hour::number)
        .containsExactly(hour(2), hour(3), hour(0), hour(4));
    assertThat(coverage.open().get(2).from()).isEqualTo(new Lsn(0));
    assertThat(coverage.open().get(2).to()).isEqualTo(new Lsn(10));
  }

  @Test
  void a_late_message_of_a_closed_hour_makes_another_part_of_it() {
    var coverage = Coverage.NONE;
    var messages = new ArrayList<Message>();
    for (var number : new int[] {0, 1, 2, 3, 4, 0, 5, 6, 7, 8}) {
      messages.add(message("order", at(number)));
      coverage = coverage.with(List.of(messages.getLast()), HERE);
    }

    assertThat(coverage.closed())
        .extracting(part -> part.hour().number())
        .containsExactly(hour(0), hour(1), hour(2), hour(3), hour(4), hour(0));
    assertThat(totals(coverage)).isEqualTo(totals(Coverage.NONE.with(messages, HERE)));
  }

  @Test
  void a_crowd_of_old_messages_is_forgotten_rather_than_kept() {
    var crowd =
        IntStream.range(0, 5_000)
            .mapToObj(number -> message("order", at(random.nextInt(1_000))))
            .toList();

    var coverage = Coverage.NONE.with(crowd, HERE);

    assertThat(coverage.open()).hasSize(Coverage.OPEN_MAX);
    assertThat(coverage.closed()).hasSize(Coverage.CLOSED_MAX);
    assertThat(coverage.closed().getLast().number()).isEqualTo(coverage.parts() - 1);
  }

  @Test
  void more_kinds_of_aggregate_than_fit_are_not_counted() {
    var all =
        IntStream.range(0, 3 * Coverage.TYPES_MAX)
            .mapToObj(number -> message("type-" + number, TEN))
            .toList();

    var coverage = Coverage.NONE.with(all.subList(0, 50), HERE).with(all, HERE);

    assertThat(coverage.open().getFirst().sums()).hasSize(Coverage.TYPES_MAX);
    assertThat(coverage.open().getFirst().sums())
        .hasEntrySatisfying("type-0", sum -> assertThat(sum.count()).isEqualTo(2));
  }

  private record Cell(long hour, String type) {}

  private static Map<Cell, Sum> totals(Coverage coverage) {
    var totals = new HashMap<Cell, Sum>();
    coverage.open().forEach(hour -> add(hour, totals));
    coverage.closed().forEach(part -> add(part.hour(), totals));
    return totals;
  }

  private static void add(Hour hour, Map<Cell, Sum> to) {
    hour.sums()
        .forEach((type, sum) ->
            to.merge(
                new Cell(hour.number(), type),
                sum,
                (one, other) ->
                    new Sum(
                        one.count() + other.count(),
                        new UUID(
                            one.ids().getMostSignificantBits()
                                ^ other.ids().getMostSignificantBits(),
                            one.ids().getLeastSignificantBits()
                                ^ other.ids().getLeastSignificantBits()))));
  }

  private static Instant at(int hours) {
    return TEN.plus(Duration.ofHours(hours)).plusSeconds(1);
  }

  private static long hour(int later) {
    return TEN.getEpochSecond() / 3_600 + later;
  }

  private Message message(String type, Instant made) {
    return message(
        type,
        new UUID(
            made.toEpochMilli() << 16 | 0x7000L | random.nextInt(0x1000),
            random.nextLong() >>> 2 | Long.MIN_VALUE));
  }

  private static Message message(String type, UUID id) {
    return new Message(id, type, "1", 1, "Made", "{}", MessageContext.NONE);
  }
}
