package onceward.relay.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import onceward.relay.position.Departure;
import onceward.relay.position.IdDigest;
import onceward.relay.position.Lsn;
import onceward.relay.position.Move;
import onceward.relay.position.Position;
import onceward.relay.source.Holdings;
import org.junit.jupiter.api.Test;

/** A copy is known by what it holds, and what it does not hold is named. */
class ArrivalChecksTest {

  private static final UUID ONE = new UUID(1, 1);
  private static final UUID TWO = new UUID(2, 2);
  private static final UUID PARKED = new UUID(3, 3);
  private static final Position LEFT =
      new Position("shop_outbox", "1", 1, "", 7, new Lsn(100), null)
          .moving(
              new Move("ada", Instant.EPOCH)
                  .leaving(new Departure(new Lsn(90), digest(ONE, TWO), digest(PARKED))));

  @Test
  void the_same_ids_and_a_canary_that_went_on_are_a_copy() {
    assertThat(differences(7, digest(TWO, ONE), digest(PARKED))).isEmpty();
    assertThat(differences(9, digest(TWO, ONE), digest(PARKED))).isEmpty();
  }

  @Test
  void all_that_differs_is_named() {
    var three = new UUID(4, 4);
    assertThat(differences(6, digest(ONE, three), digest()))
        .containsExactly(
            "1 rows of the outbox were appended after the departure, or before this slot was made: %s; and 1 rows of the outbox are missing: %s"
                .formatted(three, TWO),
            "1 messages of relay_parked are missing: " + PARKED,
            "its canary stands at 6, and had come through with beat 7: table relay_canary was copied too early, or not at all");
  }

  @Test
  void as_many_rows_with_other_ids_are_no_copy() {
    assertThat(differences(7, digest(new UUID(5, 5), new UUID(6, 6)), digest(PARKED))).isNotEmpty();
  }

  @Test
  void the_first_ids_of_many_are_named_and_the_number_of_too_many() {
    assertThat(differences(7, digest(ids(12)), digest(PARKED)))
        .singleElement()
        .asString()
        .startsWith("12 rows of the outbox were appended")
        .contains(" and 2 more; and 2 rows of the outbox are missing");
    assertThat(differences(7, digest(ids(5_000)), digest(PARKED)))
        .containsExactly(
            "it has 5,000 rows of the outbox, and 2 were left; too many differ to name them");
  }

  @Test
  void rows_that_the_slot_would_send_again_are_counted() {
    assertThat(
            new ArrivalChecks(LEFT, 7, new Holdings(digest(ONE, TWO), digest(PARKED), 2))
                .differences())
        .containsExactly(
            "2 rows of the outbox were written after slot shop_outbox was made, and would be published again: drop the slot, and make it anew");
  }

  private static List<String> differences(long beat, IdDigest outbox, IdDigest parked) {
    return new ArrivalChecks(LEFT, beat, new Holdings(outbox, parked, 0)).differences();
  }

  private static UUID[] ids(int count) {
    return IntStream.range(0, count)
        .mapToObj(number -> new UUID(1_000 + number, number))
        .toArray(UUID[]::new);
  }

  private static IdDigest digest(UUID... ids) {
    var counter = new IdDigest.Counter();
    List.of(ids).forEach(counter::add);
    return counter.digest();
  }
}
