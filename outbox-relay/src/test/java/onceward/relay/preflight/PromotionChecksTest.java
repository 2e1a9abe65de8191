package onceward.relay.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import onceward.relay.position.Coverage;
import onceward.relay.position.Key;
import onceward.relay.position.LogPlace;
import onceward.relay.position.Lsn;
import onceward.relay.position.Position;
import onceward.relay.position.Premises;
import onceward.relay.source.DatabaseFacts;
import onceward.relay.source.DatabaseFacts.Content;
import onceward.relay.source.DatabaseFacts.Outbox;
import onceward.relay.source.DatabaseFacts.Role;
import onceward.relay.source.DatabaseFacts.Server;
import onceward.relay.source.DatabaseFacts.Slot;
import onceward.relay.source.Promotion;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * After which promotions a pipeline goes on by itself. The position here: all is published up to
 * 0/100, and of transaction 7, which has not ended by then, the change at 0/180.
 */
class PromotionChecksTest {

  private static final Promotion SAFE = new Promotion(Optional.of(new Lsn(0x200)), true);

  @Test
  void a_standby_that_had_all_that_is_published_and_its_slot() {
    assertThat(objection(SAFE, true, true, Set.of())).isEmpty();
  }

  /** A change begins at its place, so at the fork itself it is no more. */
  @Test
  void not_one_that_lacks_what_is_published() {
    assertThat(objection(forkedAt(0xff), true, true, Set.of()))
        .hasValueSatisfying(why ->
            assertThat(why)
                .isEqualTo(
                    "the position was reached on timeline 1, and the server is on 3: it was promoted or recovered, and messages are published up to 0/180, but it left timeline 1 at 0/FF: it lacks transactions whose messages are published"));
    assertThat(objection(forkedAt(0x180), true, true, Set.of()))
        .hasValueSatisfying(
            why -> assertThat(why).contains("up to 0/180, but it left timeline 1 at 0/180"));
    assertThat(objection(forkedAt(0x181), true, true, Set.of())).isEmpty();
  }

  /** Its changes are in the log of the standby, and its commit is not. */
  @Test
  void not_one_on_which_the_last_published_transaction_did_not_commit() {
    assertThat(objection(new Promotion(SAFE.forkedAt(), false), true, true, Set.of()))
        .hasValueSatisfying(why ->
            assertThat(why)
                .endsWith(
                    "transaction 7, the last whose messages are published, is not committed there"));
  }

  @Test
  void not_one_whose_log_comes_from_elsewhere() {
    assertThat(objection(new Promotion(Optional.empty(), true), true, true, Set.of()))
        .hasValueSatisfying(why -> assertThat(why).contains("does not come from timeline 1"));
  }

  @Test
  void not_with_a_slot_that_has_not_followed() {
    assertThat(objection(SAFE, false, true, Set.of()))
        .hasValueSatisfying(why ->
            assertThat(why).contains("slot shop does not follow to standbys (failover is off)"));
    assertThat(
            new PromotionChecks(
                    position(true), facts(new Server(16, "16.9"), false), SAFE, Set.of())
                .objection())
        .hasValueSatisfying(
            why -> assertThat(why).contains("PostgreSQL 16.9 lets no slot follow to a standby"));
  }

  @Test
  void not_if_more_may_be_published_than_the_position_says() {
    assertThat(objection(SAFE, true, false, Set.of()))
        .hasValueSatisfying(why -> assertThat(why).contains("no synchronized_standby_slots"));
  }

  /** Until the position has passed what was written before, more may be published. */
  @Test
  void not_soon_after_the_server_began_to_hold_back_what_standbys_lack() {
    var early = position(new Lsn(0x101));

    assertThat(
            new PromotionChecks(early, facts(new Server(18, "18.6"), true), SAFE, Set.of())
                .objection())
        .hasValueSatisfying(why -> assertThat(why).contains("or not for long"));
  }

  @Test
  void all_that_speaks_against_it_is_named() {
    assertThat(objection(new Promotion(SAFE.forkedAt(), false), false, false, Set.of()))
        .hasValueSatisfying(why ->
            assertThat(why)
                .contains("transaction 7", "; and slot shop does not follow", "; and more may be"));
  }

  @Test
  void not_without_the_messages_that_are_parked() {
    assertThat(objection(SAFE, true, true, Set.of(new Key("thing", "b"), new Key("thing", "a"))))
        .hasValueSatisfying(why ->
            assertThat(why)
                .endsWith("it lacks parked messages of 2 keys, of which one is thing a"));
  }

  private static Promotion forkedAt(long place) {
    return new Promotion(Optional.of(new Lsn(place)), true);
  }

  private static Optional<String> objection(
      Promotion promotion, boolean failover, boolean bounded, Set<Key> lacking) {
    return new PromotionChecks(
            position(bounded), facts(new Server(18, "18.6"), failover), promotion, lacking)
        .objection();
  }

  private static Position position(boolean bounded) {
    return position(bounded ? new Lsn(0x100) : null);
  }

  private static Position position(@Nullable Lsn boundedFrom) {
    return new Position(
        "shop",
        "4711",
        1,
        new Premises("1", 1, null, Map.of(), null, boundedFrom),
        5,
        new Lsn(0x100),
        new LogPlace(new Lsn(0x100), 7, new Lsn(0x180), 1),
        Map.of(),
        Coverage.NONE);
  }

  static DatabaseFacts facts(Server server, boolean failover) {
    return new DatabaseFacts(
        server,
        "4711",
        3,
        new Lsn(0x300),
        false,
        new Role("relay", false, false, true, Set.of(), true, true, true),
        Optional.of(
            new Slot(
                "pgoutput",
                "shop",
                "reserved",
                null,
                0,
                new Lsn(0x80),
                0,
                failover,
                false,
                List.of(),
                false)),
        Optional.empty(),
        Outbox.NONE,
        Map.of(),
        true,
        true,
        Optional.empty(),
        Set.of(),
        new Content("UTF8", Set.of()),
        DatabaseFacts.Layout.NONE);
  }
}
