package onceward.messaging.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import onceward.messaging.HandledMessage;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.NewMessage;
import onceward.messaging.inbox.Inbox;
import onceward.messaging.outbox.Outbox;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Goal: the assertions fail when they should, and then show what is there without payloads. */
@MessagingTest(name = "assertions", topics = "thing.events")
class AssertionsTest {

  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(100);

  @Inject TestService service;
  @Inject Outbox outbox;
  @Inject Inbox inbox;
  @Inject TransactionOperations<Connection> transactions;

  private final UUID thing = UUID.randomUUID();

  @Test
  void types_are_compared_in_their_order_and_those_found_are_shown() {
    append(1, "Opened");
    append(2, "Closed");

    assertThat(service.outbox()).about(thing).hasTypes("Opened", "Closed").hasGaplessVersions();
    assertFails(() -> assertThat(service.outbox()).about(thing).hasTypes("Closed", "Opened"))
        .hasMessageContaining("expected [Closed, Opened]")
        .hasMessageContaining("version 1: Opened ")
        .hasMessageContaining("version 2: Closed ");
    assertFails(() -> assertThat(service.outbox()).about(thing).hasTypes("Opened"));
  }

  @Test
  void emptiness_is_about_one_aggregate() {
    append(1, "Opened");

    assertThat(service.outbox()).isEmptyAbout(UUID.randomUUID());
    assertFails(() -> assertThat(service.outbox()).isEmptyAbout(thing))
        .hasMessageContaining("version 1: Opened");
    assertFails(() -> assertThat(service.outbox()).about(UUID.randomUUID()).last())
        .hasMessageContaining("the outbox holds nothing about");
  }

  @Test
  void a_gap_in_the_versions_is_shown_and_so_is_an_outbox_without_any() {
    append(1, "Opened");
    append(3, "Closed");

    assertFails(() -> assertThat(service.outbox()).about(thing).hasGaplessVersions())
        .hasMessageContaining("version 3: Closed");
    assertFails(() -> assertThat(service.outbox()).about(UUID.randomUUID()).hasGaplessVersions());
  }

  @Test
  void a_message_is_compared_part_by_part() throws Exception {
    var cause = message(thing);
    HandledMessage.during(cause, () -> append(1, "Opened"));

    assertThat(service.outbox())
        .about(thing)
        .single()
        .hasType("Opened")
        .hasVersion(1)
        .isCausedBy(cause)
        .hasField("note", "a secret")
        .hasPayload("{ \"note\": \"a secret\" }");
    assertFails(() -> one().hasType("Closed")).hasMessageContaining("expected type Closed");
    assertFails(() -> one().hasVersion(2)).hasMessageContaining("expected version 2");
    assertFails(() -> one().isCausedBy(message(thing))).hasMessageContaining("not " + cause.id());
    assertFails(() -> one().hasField("note", "b")).hasMessageContaining("note");
    assertFails(() -> one().hasField("colour", "red")).hasMessageContaining("colour");
    assertFails(() -> one().hasPayload("{\"note\":\"a secret\",\"colour\":\"red\"}"))
        .hasMessageContaining("[colour]");
    append(2, "Closed");
    assertFails(this::one).hasMessageContaining("expected one message");
  }

  @Test
  void a_payload_that_breaks_its_contract_is_told_by_what_it_breaks() {
    var kept = TestMessages.fromSample("account", "AccountActivated", thing, 2);
    MessageAssert.assertThat(kept).keepsContract();

    var broken =
        new Message(kept.id(), "account", "1", 2, "AccountActivated", "{}", MessageContext.NONE);
    assertFails(() -> MessageAssert.assertThat(broken).keepsContract())
        .hasMessageContaining("accountId");
  }

  @Test
  void what_is_handled_and_what_is_not_is_told_apart_by_consumer() {
    var handled = message(thing);
    var other = message(thing);
    claim(handled);

    assertThat(service.inbox("one")).handled(handled).hasNotHandled(other);
    assertThat(service.inbox("two")).hasNotHandled(handled);
    assertFails(() -> assertThat(service.inbox("one")).hasNotHandled(handled))
        .hasMessageContaining("one has handled " + handled);
    assertFails(() -> assertThat(service.inbox("one")).handled(other))
        .hasMessageContaining("one has not handled " + other)
        .hasMessageContaining(handled.id().toString());
  }

  @Test
  void what_comes_in_time_passes() {
    var message = message(thing);
    var later = CompletableFuture.runAsync(() -> claim(message));
    assertThat(service.inbox("one")).eventually(LONG).handled(message);

    later = later.thenRun(() -> append(1, "Opened"));
    assertThat(service.outbox()).about(thing).eventually(LONG).hasTypes("Opened");
    later.join();
  }

  @Test
  void what_does_not_come_in_time_fails_with_what_is_there() {
    assertFails(() -> assertThat(service.inbox("one")).eventually(SHORT).handled(message(thing)))
        .hasMessageContaining("still not after PT0.1S: one has not handled");
    append(1, "Opened");
    assertFails(
            () -> assertThat(service.outbox()).about(thing).eventually(SHORT).hasTypes("Closed"))
        .hasMessageContaining("version 1: Opened");
  }

  private MessageAssert one() {
    return assertThat(service.outbox()).about(thing).single();
  }

  private static org.assertj.core.api.AbstractThrowableAssert<?, ?> assertFails(
      ThrowingCallable assertion) {
    return assertThatThrownBy(assertion)
        .isInstanceOf(AssertionError.class)
        .hasMessageNotContaining("a secret");
  }

  private void append(long version, String type) {
    transactions.executeWrite(_ ->
        outbox.append(
            new NewMessage("thing", thing.toString(), version, type, Map.of("note", "a secret"))));
  }

  private void claim(Message message) {
    transactions.executeWrite(_ -> inbox.claim("one", message.id()));
  }

  private static Message message(UUID thing) {
    return new Message(
        TestMessages.newId(), "thing", thing.toString(), 1, "Opened", "{}", MessageContext.NONE);
  }
}
