package onceward.relay.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.UUID;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import org.junit.jupiter.api.Test;

/** A message that makes no record is named, so that it can be quarantined. */
class AddressingTest {

  private final Addressing addressing =
      new Addressing(TopicPattern.parse("{aggregatetype}.events").orElseThrow(), "/shop");

  @Test
  void whatever_goes_wrong_with_a_message_is_its_refusal() {
    @SuppressWarnings("NullAway") // What nobody foresaw.
    var broken = new Message(UUID.randomUUID(), "thing", "7", 1, null, "{}", MessageContext.NONE);

    var refused =
        catchThrowableOfType(
            MessageRefusedException.class,
            () -> addressing.record(broken, "thing.events", _ -> null));

    assertThat(refused.refused()).isSameAs(broken);
    assertThat(refused.isForEver()).isTrue();
    assertThat(refused).hasMessageContaining("it makes no record: java.lang.NullPointerException");
  }
}
