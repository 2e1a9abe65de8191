package onceward.messaging.tests.deadletter;

import static onceward.messaging.tests.deadletter.FailingLetters.BROKEN;
import static onceward.messaging.tests.deadletter.FailingLetters.CONSUMER;
import static onceward.messaging.tests.deadletter.FailingLetters.sent;
import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import onceward.messaging.Message;
import onceward.messaging.deadletter.DeadLetter;
import onceward.messaging.tests.Ledger;
import onceward.messaging.tests.LedgerServiceTest;
import onceward.messaging.tests.deadletter.OperatorCalls.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Goal: where a service allows it, operators read, replace, archive and restore payloads. */
@MicronautTest(transactional = false)
@Property(name = "ledger.failing", value = "true")
@Property(name = "messaging.dead-letters.show-payload", value = "true")
@Property(name = "messaging.dead-letters.allow-edit", value = "true")
@Property(name = "messaging.attempts-max", value = "1")
@Property(name = "messaging.kill-switch.messages-min", value = "1000000")
class PayloadsTest extends LedgerServiceTest {

  @Inject Ledger ledger;
  @Inject Letters letters;
  @Inject OperatorCalls operator;

  @AfterEach
  void discardWhatIsLeft() {
    BROKEN.clear();
    letters.discardAll();
  }

  @Test
  void a_payload_is_masked_until_it_is_asked_for_and_who_read_it_is_on_record() throws Exception {
    var letter = failed(sent("m", 1, "price"));

    assertThat(operator.get("/" + letter.id()))
        .returns(17, masked -> masked.number("payloadBytes"))
        .satisfies(masked -> assertThat(masked.text()).doesNotContain("{\\\"cause"));
    assertThat(operator.post("/" + letter.id() + "/show", Map.of()).field("payload"))
        .isEqualTo("{\"cause\":\"price\"}");
    assertThat(operator.get("/audit").list("audit").getFirst())
        .containsEntry("action", "show")
        .containsEntry("operator", "ada")
        .containsEntry("subject", "letter " + letter.id());
  }

  @Test
  void a_letter_is_handled_with_another_payload_and_keeps_the_original_beside_it()
      throws Exception {
    var message = sent("e", 1, "price");
    var letter = failed(message);
    var edit = Map.<String, Object>of("payload", "{\"cause\":\"mended\"}", "reason", "typo");

    assertThat(operator.post("/" + letter.id() + "/retry", Map.of("payload", "{}")))
        .returns(400, Answer::status);
    var retried = operator.post("/" + letter.id() + "/retry", edit);

    assertThat(retried.status()).as(retried.text()).isEqualTo(200);
    assertThat(ledger.entries(CONSUMER)).contains(message.id());
    var closed = operator.post("/" + letter.id() + "/show", Map.of());
    assertThat(closed.field("state")).isEqualTo("handled");
    assertThat(closed.field("payload")).isEqualTo("{\"cause\":\"price\"}");
    assertThat(closed.field("editedPayload")).isEqualTo("{\"cause\":\"mended\"}");
    assertThat(closed.list("history"))
        .extracting(entry -> entry.get("outcome"))
        .containsExactly("failed", "edited", "handled");
  }

  @Test
  void an_archived_letter_comes_back_as_it_was_and_can_be_handled() throws Exception {
    var message = sent("a", 1, "price");
    var letter = failed(message);
    var page =
        operator.post("/archive", Map.of("consumer", CONSUMER, "reason", "later")).list("letters");
    assertThat(page).hasSize(1);
    // Nothing is closed until the file has it: whoever is killed here has lost nothing.
    assertThat(letters.of(CONSUMER, "a")).hasSize(1);

    var closed =
        operator.post(
            "/archived", Map.of("ids", List.of(letter.id().toString()), "reason", "later"));
    assertThat(closed.fields().get("archived")).isEqualTo(List.of(letter.id().toString()));
    assertThat(operator.get("/" + letter.id()).field("state")).isEqualTo("archived");
    assertThat(ledger.entries(CONSUMER)).doesNotContain(message.id());

    var restore = Map.<String, Object>of("letters", page, "reason", "now");
    assertThat(operator.post("/restore", restore).fields().get("restored"))
        .isEqualTo(List.of(letter.id().toString()));
    assertThat(operator.post("/restore", restore).fields().get("passedOver"))
        .isEqualTo(List.of(letter.id().toString()));
    assertThat(letters.of(CONSUMER, "a").getFirst()).isEqualTo(letter);
    BROKEN.clear();
    assertThat(operator.post("/" + letter.id() + "/retry", Map.of()).status()).isEqualTo(200);
    assertThat(ledger.entries(CONSUMER)).contains(message.id());
  }

  private DeadLetter failed(Message message) {
    BROKEN.add("price");
    service.publish(message);
    return letters.awaitOf(CONSUMER, message);
  }
}
