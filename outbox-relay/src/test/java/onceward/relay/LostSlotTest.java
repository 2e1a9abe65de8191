package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.Set;
import onceward.relay.capture.Capture;
import onceward.relay.capture.CaptureMethod;
import onceward.relay.position.Lsn;
import onceward.relay.position.Position;
import onceward.relay.source.SlotLostException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A relay that has lost its slot between its first batch and the look at the slot does not take the
 * session of the next relay for its own.
 *
 * <p>Method: the session of a capture that has given a batch is ended.
 */
class LostSlotTest {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Duration WAIT = Duration.ofMillis(100);

  private OutboxDatabase database;
  private Position start;

  @BeforeEach
  void make() throws Exception {
    database = OutboxDatabase.create();
    database.append("thing", "a", 1);
    // As far as that the slot may have moved by then.
    start =
        new Position(
            database.slot(),
            database.systemIdentifier(),
            1,
            "",
            0,
            Lsn.parse(database.logPosition()),
            null);
  }

  @AfterEach
  void drop() throws Exception {
    database.close();
  }

  @Test
  void the_session_of_another_relay_is_not_taken_for_the_own_one() throws Exception {
    try (var late = captured(CaptureMethod.PGOUTPUT)) {
      endSession();
      try (var other = captured(CaptureMethod.PGOUTPUT)) {
        assertThatThrownBy(() -> verifyHeld(late.session()))
            .isInstanceOf(SlotLostException.class)
            .hasMessageContaining("session %d holds slot", late.session().getAsInt());
        assertThat(verifyHeld(other.session())).isEqualTo(other.session().getAsInt());
        assertThat(database.slotHolder().pid()).isEqualTo(other.session().getAsInt());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(CaptureMethod.class)
  void a_slot_that_nobody_holds_is_lost(CaptureMethod method) throws Exception {
    try (var late = captured(method)) {
      assertThat(verifyHeld(late.session())).isEqualTo((int) database.slotHolder().pid());
      endSession();

      assertThatThrownBy(() -> verifyHeld(late.session())).isInstanceOf(SlotLostException.class);
    }
  }

  private int verifyHeld(OptionalInt session) {
    return database.parts().preflight().verifyHeld(start, session);
  }

  private Capture captured(CaptureMethod method) {
    var capture = database.parts(method, 1).capture(start, Set.of());
    await().atMost(LIMIT).until(() -> capture.next(WAIT).isPresent());
    return capture;
  }

  private void endSession() throws Exception {
    database.administer(
        "select pg_terminate_backend(%d, 60000)".formatted(database.slotHolder().pid()));
    database.awaitSlotFree();
  }
}
