package onceward.messaging.tests.deadletter;

import static java.util.concurrent.TimeUnit.SECONDS;
import static onceward.messaging.tests.deadletter.FailingLetters.BROKEN;
import static onceward.messaging.tests.deadletter.FailingLetters.CONSUMER;
import static onceward.messaging.tests.deadletter.FailingLetters.sent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import onceward.messaging.Message;
import onceward.messaging.deadletter.Actor;
import onceward.messaging.deadletter.DeadLetter;
import onceward.messaging.deadletter.DeadLetterOffice;
import onceward.messaging.tests.Ledger;
import onceward.messaging.tests.LedgerServiceTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Goal: letters outlive the subscription that made them, and an operator can close them all.
 *
 * <p>Method: the rows of a consumer get another name, as if a release had renamed its subscription.
 */
@MicronautTest(transactional = false)
@Property(name = "ledger.failing", value = "true")
@Property(name = "messaging.dead-letters.show-payload", value = "true")
@Property(name = "messaging.attempts-max", value = "1")
@Property(name = "messaging.kill-switch.messages-min", value = "1000000")
class WithoutSubscriptionTest extends LedgerServiceTest {

  private static final String GONE = "consumer-of-an-earlier-release";
  private static final Map<String, Object> REASON = Map.of("reason", "nobody needs it");

  @Inject DeadLetterOffice office;
  @Inject Ledger ledger;
  @Inject Letters letters;
  @Inject OperatorCalls operator;

  @AfterEach
  void discardWhatIsLeft() throws Exception {
    BROKEN.clear();
    rename(GONE, CONSUMER);
    letters.discardAll();
  }

  @Test
  void a_letter_without_a_subscription_is_not_retried_and_the_refusal_says_what_to_do()
      throws Exception {
    var letter = leftBehind("r", 0);

    for (var dryRun : List.of(true, false)) {
      var refused = post(letter, "retry", Map.of("dryRun", dryRun));
      assertThat(refused.status()).as(refused.text()).isEqualTo(400);
      assertThat(refused.text())
          .contains(
              "belongs to no subscription of this process",
              "after a release that has a subscription of '%s' on 'crowd.events'".formatted(GONE),
              "discard or archive");
    }
    assertThat(letters.of(GONE, "r")).extracting(DeadLetter::id).containsExactly(letter.id());
  }

  @Test
  void discarding_it_makes_letters_of_the_messages_behind_and_these_can_be_discarded()
      throws Exception {
    var letter = leftBehind("d", 2);

    var discarded = post(letter, "discard", REASON);
    assertThat(discarded.status()).as(discarded.text()).isEqualTo(200);
    assertThat(discarded.number("becameLetters")).isEqualTo(2);
    assertThat(service.inbox(GONE).parked("d")).isZero();
    var behind = letters.of(GONE, "d");
    assertThat(behind).extracting(DeadLetter::version).containsExactly(2L, 3L);
    assertThat(behind.getFirst().failure().exception()).contains("no subscription");
    assertThat(isParked("d")).isTrue();

    for (var other : behind) {
      assertThat(post(other, "discard", REASON).number("becameLetters")).isZero();
    }
    assertThat(letters.of(GONE, "d")).isEmpty();
    assertThat(isParked("d")).isFalse();
  }

  /** Closing one letter is one transaction, whose size is bounded. */
  @Test
  void of_many_messages_behind_it_the_first_hundred_become_letters_and_the_others_wait()
      throws Exception {
    var letter = leftBehind("m", 101);

    assertThat(post(letter, "discard", REASON).number("becameLetters")).isEqualTo(100);
    assertThat(service.inbox(GONE).parked("m")).isEqualTo(1);
    assertThat(isParked("m")).isTrue();
  }

  /** As when the subscription comes back: a rename was a mistake. */
  @Test
  void what_became_a_letter_is_handled_when_a_subscription_is_there_again() throws Exception {
    var letter = leftBehind("b", 2);
    post(letter, "discard", REASON);
    var behind = letters.of(GONE, "b");

    rename(GONE, CONSUMER);
    behind.forEach(other -> office.retry(other.id(), Actor.operator("ada", "it is back")));
    var next = sent("b", 4, "fine");
    service.publish(next);
    await().atMost(20, SECONDS).until(() -> ledger.entries(CONSUMER).contains(next.id()));
    assertThat(ledger.entries(CONSUMER))
        .containsSubsequence(behind.get(0).messageId(), behind.get(1).messageId(), next.id())
        .doesNotContain(letter.messageId());
  }

  @Test
  void it_is_archived_and_restored_with_the_messages_behind_it() throws Exception {
    var letter = leftBehind("a", 1);
    var request = Map.<String, Object>of("consumer", GONE, "reason", "later");

    var first = operator.post("/archive", request).list("letters");
    var closed = operator.post("/archived", ids(first.getFirst()));
    assertThat(closed.fields().get("archived")).isEqualTo(List.of(letter.id().toString()));
    assertThat(closed.number("becameLetters")).isEqualTo(1);
    var second = operator.post("/archive", request).list("letters");
    operator.post("/archived", ids(second.getFirst()));
    assertThat(letters.of(GONE, "a")).isEmpty();
    assertThat(isParked("a")).isFalse();

    var both = List.of(first.getFirst(), second.getFirst());
    operator.post("/restore", Map.of("letters", both, "reason", "now"));
    assertThat(letters.of(GONE, "a")).extracting(DeadLetter::version).containsExactly(1L, 2L);
    assertThat(isParked("a")).isTrue();
  }

  private static Map<String, Object> ids(Map<String, Object> letter) {
    return Map.of("ids", List.of(String.valueOf(letter.get("id"))), "reason", "later");
  }

  /** A letter of the key with so many messages behind it, whose subscription is gone. */
  private DeadLetter leftBehind(String key, int behind) throws Exception {
    BROKEN.add("price");
    var poison = sent(key, 1, "price");
    service.publish(poison);
    letters.awaitOf(CONSUMER, poison);
    LongStream.rangeClosed(2, behind + 1)
        .mapToObj(version -> sent(key, version, "fine"))
        .forEach(service::publish);
    await().atMost(30, SECONDS).until(() -> service.inbox(CONSUMER).parked(key) == behind);
    rename(CONSUMER, GONE);
    return letterOf(poison);
  }

  private DeadLetter letterOf(Message message) {
    return letters.awaitOf(GONE, message);
  }

  private OperatorCalls.Answer post(DeadLetter letter, String action, Map<String, Object> body)
      throws Exception {
    return operator.post("/%s/%s".formatted(letter.id(), action), body);
  }

  /** What the README has an operator do, but for the inbox: the messages stay claimed. */
  private void rename(String from, String to) throws SQLException {
    service.look(connection -> {
      for (var table : List.of("dead_letter", "parked_message", "consumed_key")) {
        try (var update =
            connection.prepareStatement(
                "update %s set consumer = ? where consumer = ?".formatted(table))) {
          update.setString(1, to);
          update.setString(2, from);
          update.executeUpdate();
        }
      }
      return null;
    });
  }

  private boolean isParked(String key) throws SQLException {
    return service.look(connection -> {
      try (var select =
          connection.prepareStatement(
              "select count(*) from consumed_key where consumer = ? and key = ? and parked_at is not null")) {
        select.setString(1, GONE);
        select.setString(2, key);
        var row = select.executeQuery();
        row.next();
        return row.getInt(1) == 1;
      }
    });
  }
}
