package onceward.messaging.tests.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.util.List;
import java.util.UUID;
import onceward.messaging.InvalidMessageException;
import onceward.messaging.MessageLimits;
import onceward.messaging.NewMessage;
import onceward.messaging.ReadOnlyTransactionException;
import onceward.messaging.outbox.Outbox;
import onceward.messaging.tests.LedgerServiceTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: a message that the outbox would not take is refused before the database is asked, with a
 * reason that helps, and the caller's transaction goes on.
 */
@MicronautTest(transactional = false)
class AppendLimitsTest extends LedgerServiceTest {

  private static final int BYTES_AROUND_THE_NOTE = "{\"note\":\"\"}".length();

  @Serdeable
  record Opened(String note) {}

  /** No JSON can be made of it. */
  record Unknown(String note) {}

  @Inject Outbox outbox;
  @Inject TransactionOperations<Connection> transactions;

  @Test
  void a_payload_that_is_too_large_names_limit_and_size_and_what_to_do() {
    var note = "가".repeat(200_000);

    assertRefused(new Opened(note))
        .hasMessageContaining("payload of Opened about thing 42 is 600011 bytes")
        .hasMessageContaining("at most 524288 are allowed: send a reference instead")
        .hasMessageNotContaining("가");
  }

  @Test
  void the_largest_payload_allowed_is_taken_and_one_byte_more_is_not() {
    var largest = "x".repeat(MessageLimits.PAYLOAD_BYTES_MAX - BYTES_AROUND_THE_NOTE);
    var thing = UUID.randomUUID();

    transactions.executeWrite(_ -> outbox.append(about(thing, new Opened(largest))));
    assertThat(service.outbox().typesAbout(thing)).hasSize(1);
    assertRefused(new Opened(largest + "x")).hasMessageContaining("524289 bytes");
  }

  /** Method: PostgreSQL's own count of bytes says whether ours is right. */
  @ParameterizedTest
  @ValueSource(strings = {"a", "é", "안", "😀", "\"\\\n", "\u007f\u0080\u07ff\u0800\uffff"})
  void a_payload_of_any_script_is_measured_as_postgresql_measures_it(String script) {
    var note = script.repeat(20_000);
    var thing = UUID.randomUUID();
    transactions.executeWrite(_ -> outbox.append(about(thing, new Opened(note))));

    var payload = service.outbox().about(thing).getFirst().payload();
    assertThat(MessageLimits.checkPayload(about(thing, new Opened("")), payload))
        .isEqualTo(payload.getBytes(java.nio.charset.StandardCharsets.UTF_8).length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\u0000b", "a\ud83db", "\ude00", "\ude00\ud83d", "\ud83d"})
  void a_payload_with_text_that_postgresql_cannot_store_is_refused(String note) {
    assertRefused(new Opened(note)).hasMessageContaining("half").hasMessageContaining("surrogate");
  }

  /** The driver would send a question mark in its place, without a word. */
  @Test
  void half_a_surrogate_pair_that_a_mapper_lets_through_is_refused() {
    var json = "{\"note\":\"\ud83d\"}";
    assertThatThrownBy(() -> MessageLimits.checkPayload(about("42", json), json))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining("U+0000 or half a surrogate pair");
  }

  @Test
  void an_escaped_backslash_before_what_looks_like_an_escape_is_no_escape() {
    var thing = UUID.randomUUID();
    transactions.executeWrite(_ -> outbox.append(about(thing, new Opened("\\u0000 \\\\ud83d"))));

    assertThat(service.outbox().typesAbout(thing)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"note\":\"\\u0000\"}",
        "{\"note\":\"\\\\\\u0000\"}",
        "{\"note\":\"\\ud83d\"}",
        "{\"note\":\"\\uDE00\\uD83D\"}",
        "{\"note\":\"\\ud83d\ude00\"}",
        "{\"note\":\"\\ud83d\\n\"}"
      })
  void an_escape_of_such_text_is_refused_as_the_database_would(String json) {
    assertThat(refusedByTheDatabase(json)).isTrue();
    assertThatThrownBy(() -> MessageLimits.checkPayload(about("42", json), json))
        .isInstanceOf(InvalidMessageException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"note\":\"\\ud83d\\ude00\"}",
        "{\"note\":\"\\\\u0000\"}",
        " \n{\"note\":\"\\u00e9\\uD83D\\uDE00\\\\\"}"
      })
  void an_escape_of_text_that_can_be_stored_is_taken_as_the_database_would(String json) {
    assertThat(refusedByTheDatabase(json)).isFalse();
    assertThat(MessageLimits.checkPayload(about("42", json), json)).isPositive();
  }

  @Test
  void a_payload_that_is_no_object_is_refused() {
    assertRefused(List.of("personal")).hasMessageContaining("not as an object");
    assertRefused("personal").hasMessageContaining("not as an object");
  }

  @Test
  void a_payload_of_which_no_json_can_be_made_is_refused_naming_its_class() {
    assertRefused(new Unknown("personal"))
        .hasMessageContaining("Unknown, cannot be written as JSON")
        .hasMessageContaining("@Serdeable");
  }

  @Test
  void a_name_or_a_version_that_cannot_be_is_refused_where_the_message_is_made() {
    assertUnmakeable("no such topic!", "42", 1, "Opened", "aggregate type of Opened is 'no such");
    assertUnmakeable("x".repeat(65), "42", 1, "Opened", "1 to 64 lower case letters");
    assertUnmakeable("thing\n", "42", 1, "Opened", "'thing?'");
    assertUnmakeable("thing", "", 1, "Opened", "aggregate id of Opened about a thing is 0 bytes");
    assertUnmakeable("thing", "가".repeat(86), 1, "Opened", "is 258 bytes; allowed are 1 to 256");
    assertUnmakeable("thing", "a\u0000", 1, "Opened", "U+0000");
    assertUnmakeable("thing", "\ud83d", 1, "Opened", "half a surrogate pair");
    assertUnmakeable("thing", "42", 1, "", "type of a message is 0 bytes; allowed are 1 to 128");
    assertUnmakeable("thing", "42", 1, "x".repeat(129), "is 129 bytes");
    assertUnmakeable("thing", "42", 0, "Opened", "version of Opened about thing 42 is 0");
    assertThat(new NewMessage("x".repeat(64), "가".repeat(85), 1, "x".repeat(128), "")).isNotNull();
  }

  @Test
  void a_transaction_that_only_reads_is_refused_and_said_so() {
    assertThatThrownBy(
            () -> transactions.executeRead(_ -> outbox.append(about("42", new Opened("a")))))
        .isInstanceOf(ReadOnlyTransactionException.class)
        .hasMessageContaining("append Opened to the outbox in a read-only transaction");
    assertThatThrownBy(() ->
            transactions.executeRead(_ -> outbox.appendAll(List.of(about("42", new Opened("a"))))))
        .isInstanceOf(ReadOnlyTransactionException.class);
  }

  /** The message is refused and, in the same transaction, another is appended. */
  private org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
      Object payload) {
    var afterwards = UUID.randomUUID();
    var refusal =
        transactions.executeWrite(_ -> {
          var refused =
              org.assertj.core.api.Assertions.catchThrowable(
                  () -> outbox.append(about("42", payload)));
          outbox.append(about(afterwards, new Opened("afterwards")));
          return refused;
        });
    assertThat(service.outbox().typesAbout(afterwards)).hasSize(1);
    return assertThat(refusal)
        .isInstanceOf(InvalidMessageException.class)
        .hasNoCause()
        .hasMessageNotContaining("personal");
  }

  private static void assertUnmakeable(
      String aggregateType, String id, long version, String type, String reason) {
    assertThatThrownBy(() -> new NewMessage(aggregateType, id, version, type, new Opened("a")))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining(reason);
  }

  private boolean refusedByTheDatabase(String json) {
    try (var connection = service.connectAsService();
        var cast = connection.prepareStatement("select ?::jsonb")) {
      cast.setString(1, json);
      cast.executeQuery();
      return false;
    } catch (java.sql.SQLException refused) {
      return true;
    }
  }

  private static NewMessage about(Object thing, Object payload) {
    return new NewMessage("thing", thing.toString(), 1, "Opened", payload);
  }
}
