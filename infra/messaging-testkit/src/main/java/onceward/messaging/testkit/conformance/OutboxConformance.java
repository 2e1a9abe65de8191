package onceward.messaging.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import onceward.messaging.HandledMessage;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.NewMessage;
import onceward.messaging.NoTransactionException;
import onceward.messaging.outbox.Outbox;
import onceward.messaging.testkit.TestMessages;
import org.junit.jupiter.api.Test;

/**
 * What any {@link Outbox} must do: a message is there exactly when the caller's transaction
 * commits, and then as it was appended, for ever. Extend it, say what is under test, and add the
 * tests that only your implementation has.
 */
public abstract class OutboxConformance {

  /** The outbox under test. */
  protected abstract Outbox outbox();

  /** Transactions that the outbox under test joins. */
  protected abstract Transactions inTransaction();

  /**
   * The messages about an aggregate that a transaction begun now would see, in the order of their
   * versions.
   */
  protected abstract List<Message> committedAbout(String aggregateId);

  /** The ways to change or delete rows that the store knows; at least one. */
  protected abstract List<Tampering> tampering();

  /** Payloads are written as JSON objects; an implementation may write more types than this one. */
  private static NewMessage opened(String thing, long version, String note) {
    return new NewMessage("thing", thing, version, "Opened", Map.of("note", note));
  }

  @Test
  void what_is_appended_in_a_transaction_that_commits_is_there_as_it_was_appended() {
    var thing = UUID.randomUUID().toString();
    var id = inTransaction().run(() -> outbox().append(opened(thing, 1, "hello \"you\" 안녕")));

    assertThat(committedAbout(thing))
        .containsExactly(
            new Message(
                id,
                "thing",
                thing,
                1,
                "Opened",
                "{\"note\":\"hello \\\"you\\\" 안녕\"}",
                MessageContext.NONE));
    assertThat(id.version()).as("version of the UUID").isEqualTo(7);
  }

  @Test
  void what_is_appended_is_not_there_before_the_commit() {
    var thing = UUID.randomUUID().toString();
    inTransaction()
        .run(() -> {
          outbox().append(opened(thing, 1, "not yet"));
          assertThat(committedAbout(thing)).isEmpty();
          return thing;
        });

    assertThat(committedAbout(thing)).hasSize(1);
  }

  @Test
  void what_is_appended_in_a_transaction_that_rolls_back_is_never_there() {
    var thing = UUID.randomUUID().toString();
    assertThatThrownBy(() ->
            inTransaction()
                .run(() -> {
                  outbox().append(opened(thing, 1, "never"));
                  throw new RolledBack();
                }))
        .isInstanceOf(RolledBack.class);

    assertThat(committedAbout(thing)).isEmpty();
  }

  @Test
  void appending_without_a_transaction_is_refused_in_words_that_help() {
    var thing = UUID.randomUUID().toString();

    assertThatThrownBy(() -> outbox().append(opened(thing, 1, "loose")))
        .isInstanceOf(NoTransactionException.class)
        .hasMessageContaining("append Opened to the outbox")
        .hasMessageContaining("@Transactional");
    assertThat(committedAbout(thing)).isEmpty();
  }

  @Test
  void messages_of_one_transaction_keep_their_order_and_have_ids_of_their_own() {
    var thing = UUID.randomUUID().toString();
    var ids =
        inTransaction()
            .run(() ->
                List.of(
                    outbox().append(opened(thing, 1, "first")),
                    outbox().append(opened(thing, 2, "second")),
                    outbox().append(opened(thing, 3, "third"))));

    assertThat(committedAbout(thing)).extracting(Message::id).containsExactlyElementsOf(ids);
    assertThat(committedAbout(thing))
        .extracting(Message::aggregateVersion)
        .containsExactly(1L, 2L, 3L);
    assertThat(ids).doesNotHaveDuplicates();
    // By the text: UUID compares its halves as signed numbers.
    assertThat(ids).extracting(UUID::toString).isSorted();
  }

  @Test
  void a_message_appended_while_another_is_handled_names_it_as_its_cause() throws Exception {
    var thing = UUID.randomUUID().toString();
    var cause =
        new Message(TestMessages.newId(), "thing", thing, 1, "Opened", "{}", MessageContext.NONE);

    HandledMessage.during(
        cause, () -> inTransaction().run(() -> outbox().append(opened(thing, 2, "because"))));

    assertThat(committedAbout(thing))
        .singleElement()
        .extracting(Message::context)
        .satisfies(context -> {
          assertThat(context.causationId()).isEqualTo(cause.id());
          assertThat(context.correlationId()).isEqualTo(cause.id());
        });
  }

  @Test
  void what_is_appended_can_be_neither_changed_nor_deleted() {
    var thing = UUID.randomUUID().toString();
    inTransaction().run(() -> outbox().append(opened(thing, 1, "kept")));
    var appended = committedAbout(thing);

    assertThat(tampering()).isNotEmpty();
    for (var way : tampering()) {
      assertThat(catchThrowable(way.attempt())).as(way.how()).hasMessageContaining(way.refusal());
    }
    assertThat(committedAbout(thing)).isEqualTo(appended).hasSize(1);
  }
}
