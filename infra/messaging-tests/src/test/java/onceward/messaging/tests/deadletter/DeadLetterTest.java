package onceward.messaging.tests.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.exceptions.HttpStatusException;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.MessageRecords;
import onceward.messaging.deadletter.DeadLetter;
import onceward.messaging.deadletter.DeadLetterOffice;
import onceward.messaging.deadletter.Reason;
import onceward.messaging.deadletter.RetryFailedException;
import onceward.messaging.subscription.Subscription;
import onceward.messaging.subscription.TransientFailureException;
import onceward.messaging.testkit.TestDoor;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.tests.Ledger;
import onceward.messaging.tests.LedgerServiceTest;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: a message that can never be handled is neither lost nor passed by: it waits for an
 * operator, those of its key behind it, and the others do not wait.
 */
@MicronautTest(transactional = false)
@Property(name = "ledger.dead-letter", value = "true")
@Property(
    name = "datasources.default.data-source-properties.options",
    value = "-c lock_timeout=50ms")
@Property(name = "messaging.kill-switch.messages-min", value = "1000000")
class DeadLetterTest extends LedgerServiceTest {

  private static final String CONSUMER = "letter-consumer";

  @Serdeable
  record Opened(String note) {}

  @Factory
  @Requires(property = "ledger.dead-letter")
  static class Subscribed {

    static final Set<UUID> POISONOUS = ConcurrentHashMap.newKeySet();

    /** What messages fail with that are poison in ways of their own. */
    static final Map<UUID, Throwable> FAILURES = new ConcurrentHashMap<>();

    /** Messages that cannot be handled for now. */
    static final Set<UUID> FAILING = ConcurrentHashMap.newKeySet();

    @Singleton
    Subscription letters(Ledger ledger) {
      return Subscription.of(CONSUMER, "letter.events")
          .on(
              "Opened",
              Opened.class,
              (_, message) -> {
                ledger.enter(CONSUMER, message);
                fail(FAILURES.get(message.id()));
                if (POISONOUS.contains(message.id())) {
                  throw new IllegalStateException("ada@example.com is no address");
                }
                if (FAILING.contains(message.id())) {
                  throw new TransientFailureException("not now", new IllegalStateException());
                }
              });
    }
  }

  /** As a handler in Kotlin or a proxy can: also what is checked, and no exception at all. */
  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void fail(@Nullable Throwable failure) throws T {
    if (failure != null) {
      throw (T) failure;
    }
  }

  @Inject Ledger ledger;
  @Inject DeadLetterOffice office;
  @Inject Letters letters;
  @Inject EmbeddedServer server;
  @Inject MeterRegistry meters;

  @AfterEach
  void discardWhatIsLeft() {
    letters.discardAll();
  }

  @Test
  void poison_waits_with_those_behind_it_while_others_flow_and_a_retry_applies_them_in_order()
      throws Exception {
    var ofOneKey = messages("a", 4);
    var poison = ofOneKey.get(1);
    Subscribed.POISONOUS.add(poison.id());
    ofOneKey.forEach(service::publish);
    var others = IntStream.range(0, 50).mapToObj(other -> opened("a" + other, 1)).toList();
    others.forEach(service::publish);

    await().atMost(30, SECONDS).until(() -> ledger.entries(CONSUMER).containsAll(ids(others)));
    var letter = letters.awaitOf(CONSUMER, poison);
    await().atMost(20, SECONDS).until(() -> service.inbox(CONSUMER).parked("a") == 2);
    assertThat(ledger.entries(CONSUMER))
        .contains(ofOneKey.getFirst().id())
        .doesNotContainAnyElementsOf(ids(ofOneKey.subList(1, 4)));

    assertThat(service.inbox(CONSUMER))
        .handled(ofOneKey.getFirst())
        .hasNotHandled(poison)
        .hasNotHandled(ofOneKey.getLast());

    Subscribed.POISONOUS.clear();
    assertThat(office.retry(letter.id()).released()).isEqualTo(2);
    assertThat(service.inbox(CONSUMER)).handled(poison).handled(ofOneKey.getLast());
    assertThat(ledger.entries(CONSUMER)).containsSubsequence(ids(ofOneKey)).doesNotHaveDuplicates();
    assertFlows("a", 5);
  }

  @Test
  void a_letter_says_what_failed_where_and_how_often_and_nothing_of_the_content() throws Exception {
    var poison = opened("b", 1);
    Subscribed.POISONOUS.add(poison.id());
    var at = service.publish(poison);

    var letter = letters.awaitOf(CONSUMER, poison);
    assertThat(letter.offset()).isEqualTo(at.offset());
    assertThat(letter.partition()).isEqualTo(at.partition());
    assertThat(letter.key()).isEqualTo("b");
    assertThat(letter.failure().reason()).isEqualTo(Reason.POISON);
    assertThat(letter.failure().attempts()).isEqualTo(5);
    assertThat(letter.failure().exception())
        .contains("IllegalStateException at " + DeadLetterTest.class.getName())
        .doesNotContain("ada@example.com");
    assertThat(letter.failure().stackDigest()).hasSize(16);
    assertThat(letter.failure().stackTrace()).isNull();
  }

  @Test
  void a_retry_that_fails_again_leaves_everything_as_it_was() throws Exception {
    var poison = opened("c", 1);
    var behind = opened("c", 2);
    Subscribed.POISONOUS.add(poison.id());
    List.of(poison, behind).forEach(service::publish);
    var letter = letters.awaitOf(CONSUMER, poison);
    await().atMost(20, SECONDS).until(() -> service.inbox(CONSUMER).parked("c") == 1);

    assertThatThrownBy(() -> office.retry(letter.id()))
        .isInstanceOf(RetryFailedException.class)
        .hasMessageContaining("IllegalStateException")
        .hasMessageNotContaining("ada@example.com");

    assertThat(letters.awaitOf(CONSUMER, poison).failure().attempts()).isEqualTo(6);
    assertThat(service.inbox(CONSUMER).parked("c")).isEqualTo(1);
    assertThat(ledger.entries(CONSUMER)).doesNotContain(poison.id(), behind.id());
  }

  @Test
  void one_behind_that_fails_too_becomes_the_letter_and_the_rest_goes_on_waiting()
      throws Exception {
    var four = messages("d", 4);
    Subscribed.POISONOUS.addAll(List.of(four.get(0).id(), four.get(2).id()));
    four.forEach(service::publish);
    var letter = letters.awaitOf(CONSUMER, four.get(0));
    await().atMost(20, SECONDS).until(() -> service.inbox(CONSUMER).parked("d") == 3);

    Subscribed.POISONOUS.remove(four.get(0).id());
    assertThat(office.retry(letter.id()).released()).isEqualTo(1);
    assertThat(ledger.entries(CONSUMER))
        .contains(four.get(1).id())
        .doesNotContain(four.get(3).id());

    office.discard(letters.awaitOf(CONSUMER, four.get(2)).id());
    assertThat(ledger.entries(CONSUMER))
        .containsSubsequence(four.get(0).id(), four.get(1).id(), four.get(3).id())
        .doesNotContain(four.get(2).id());
    assertFlows("d", 5);
  }

  /** Method: a lock on the ledger fails more attempts than make a dead letter. */
  @Test
  void a_database_that_is_there_but_in_trouble_is_waited_for_and_makes_no_letter()
      throws Exception {
    var message = opened("k", 1);
    var failedBefore = failed();
    try (var connection = service.connect();
        var lock = connection.createStatement()) {
      connection.setAutoCommit(false);
      lock.execute("lock table ledger in access exclusive mode");
      service.publish(message);
      await().atMost(30, SECONDS).until(() -> failed() > failedBefore + 10);
      connection.rollback();
    }
    await().atMost(20, SECONDS).until(() -> ledger.entries(CONSUMER).contains(message.id()));
    assertThat(letters.of(CONSUMER, "k")).isEmpty();
  }

  private double failed() {
    var counter =
        meters.find("messaging.delivered").tag("outcome", "failed").tag("consumer", CONSUMER);
    return counter.counter() == null ? 0 : counter.counter().count();
  }

  @Test
  void a_letter_that_comes_again_stays_one_letter_and_what_is_parked_stays_parked_once()
      throws Exception {
    var two = messages("e", 2);
    Subscribed.POISONOUS.add(two.getFirst().id());
    two.forEach(service::publish);
    var letter = letters.awaitOf(CONSUMER, two.getFirst());
    two.forEach(service::publish);
    var marker = opened("e", 3);
    service.publish(marker);

    await().atMost(20, SECONDS).until(() -> service.inbox(CONSUMER).parked("e") == 2);
    assertThat(letters.of(CONSUMER, "e")).extracting(DeadLetter::id).containsExactly(letter.id());
    Subscribed.POISONOUS.clear();
    office.retry(letter.id());
    assertThat(ledger.entries(CONSUMER))
        .containsSubsequence(two.get(0).id(), two.get(1).id(), marker.id())
        .doesNotHaveDuplicates();
  }

  @Test
  void a_record_that_is_no_message_is_a_letter_at_once_and_its_key_waits() throws Exception {
    var broken = MessageRecords.toRecord(opened("f", 1), "/onceward/test");
    broken.headers().remove("ce_type");
    broken.headers().add("odd", new byte[] {0, (byte) 0xff});
    service.publish(broken);
    var behind = opened("f", 2);
    service.publish(behind);

    await().atMost(20, SECONDS).until(() -> service.inbox(CONSUMER).parked("f") == 1);
    var letter = letters.of(CONSUMER, "f").getFirst();
    assertThat(letter.failure().reason()).isEqualTo(Reason.MALFORMED);
    assertThat(letter.failure().exception()).contains("header ce_type is missing");
    assertThatThrownBy(() -> office.retry(letter.id())).isInstanceOf(RetryFailedException.class);

    office.discard(letter.id());
    assertThat(ledger.entries(CONSUMER)).contains(behind.id());
  }

  /** Random, for what can be compressed may just fit into an index. */
  @ParameterizedTest
  @ValueSource(ints = {4_000, 200_000})
  void a_key_may_be_of_any_length_that_kafka_takes(int length) throws Exception {
    var key = randomText(length);
    var broken = MessageRecords.toRecord(opened(key, 1), "/onceward/test");
    service.publish(
        new ProducerRecord<>(
            broken.topic(), null, broken.key(), "{\"broken".getBytes(UTF_8), broken.headers()));
    var poison = opened(key, 2);
    var behind = opened(key, 3);
    Subscribed.POISONOUS.add(poison.id());
    List.of(poison, behind).forEach(service::publish);

    await().atMost(30, SECONDS).until(() -> service.inbox(CONSUMER).parked(key) == 2);
    var letter = letters.of(CONSUMER, key).getFirst();
    assertThat(letter.failure().reason()).isEqualTo(Reason.MALFORMED);
    assertThat(call("GET", "/dead-letters").body()).contains(key);
    assertThatThrownBy(() -> office.retry(letter.id())).isInstanceOf(RetryFailedException.class);
    office.discard(letter.id());
    assertThat(ledger.entries(CONSUMER)).doesNotContain(poison.id());

    Subscribed.POISONOUS.clear();
    office.retry(letters.awaitOf(CONSUMER, poison).id());
    assertThat(ledger.entries(CONSUMER)).containsSubsequence(poison.id(), behind.id());
    assertFlows(key, 4);
  }

  private static String randomText(int length) {
    var bytes = new byte[length / 2];
    new Random(length).nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  @Test
  void a_payload_that_is_not_what_the_handler_takes_is_a_letter_at_once() throws Exception {
    var wrong =
        new Message(
            TestMessages.newId(),
            "letter",
            "g",
            1,
            "Opened",
            "{\"note\":{\"secret\":1}}",
            MessageContext.NONE);
    service.publish(wrong);

    var failure = letters.awaitOf(CONSUMER, wrong).failure();
    assertThat(failure.reason()).isEqualTo(Reason.MALFORMED);
    assertThat(failure.exception()).contains("is no Opened").doesNotContain("secret");
  }

  @Test
  void the_content_of_a_closed_letter_is_gone_and_the_fact_stays() throws Exception {
    var poison = opened("h", 1);
    Subscribed.POISONOUS.add(poison.id());
    service.publish(poison);
    office.discard(letters.awaitOf(CONSUMER, poison).id());

    try (var connection = service.connect();
        var select =
            connection.prepareStatement(
                "select state, value, header_values, closed_at from dead_letter where message_id = ?")) {
      select.setObject(1, poison.id());
      var row = select.executeQuery();
      assertThat(row.next()).isTrue();
      assertThat(row.getString("state")).isEqualTo("discarded");
      assertThat(row.getBytes("value")).isNull();
      assertThat(row.getArray("header_values")).isNull();
      assertThat(row.getTimestamp("closed_at")).isNotNull();
    }
  }

  @Test
  void an_operator_lists_retries_and_discards_over_http() throws Exception {
    var two = List.of(opened("i", 1), opened("j", 1));
    two.forEach(message -> Subscribed.POISONOUS.add(message.id()));
    two.forEach(service::publish);
    var first = letters.awaitOf(CONSUMER, two.get(0));
    var second = letters.awaitOf(CONSUMER, two.get(1));

    assertThat(call("GET", "/dead-letters").body())
        .contains(first.id().toString(), second.id().toString(), "\"reason\":\"poison\"")
        .contains("\"attempts\":5", "\"key\":\"i\"")
        .doesNotContain("hello");
    assertThat(call("POST", "/dead-letters/" + first.id() + "/retry"))
        .returns(409, HttpResponse::statusCode)
        .extracting(HttpResponse::body)
        .asString()
        .contains("failed again: IllegalStateException");
    Subscribed.POISONOUS.clear();
    assertThat(call("POST", "/dead-letters/" + first.id() + "/retry").statusCode()).isEqualTo(200);
    assertThat(call("POST", "/dead-letters/" + second.id() + "/discard"))
        .returns(400, HttpResponse::statusCode)
        .extracting(HttpResponse::body)
        .asString()
        .contains("a reason is required to discard a letter");
    assertThat(
            call("POST", "/dead-letters/" + second.id() + "/discard", "{\"reason\":\"a test\"}")
                .statusCode())
        .isEqualTo(200);
    assertThat(ledger.entries(CONSUMER)).contains(two.get(0).id()).doesNotContain(two.get(1).id());
    assertThat(call("POST", "/dead-letters/" + first.id() + "/retry"))
        .returns(400, HttpResponse::statusCode)
        .extracting(HttpResponse::body)
        .asString()
        .contains("there is no open dead letter");
    assertThat(call("POST", "/dead-letters/" + first.id() + "/burn").body())
        .contains("'burn'; allowed: retry, discard");
  }

  static Stream<Throwable> failuresOfEveryKind() {
    var words = "ada@example.com is no address";
    return Stream.of(
        new IllegalArgumentException(words),
        new HttpStatusException(HttpStatus.I_AM_A_TEAPOT, words),
        new GeneralSecurityException(words),
        new AssertionError(words));
  }

  @ParameterizedTest
  @MethodSource("failuresOfEveryKind")
  void a_retry_whose_handler_fails_is_a_conflict_whatever_it_throws_and_its_words_stay_out(
      Throwable failure) throws Exception {
    var poison = opened(failure.getClass().getSimpleName(), 1);
    Subscribed.FAILURES.put(poison.id(), failure);
    service.publish(poison);
    var letter = letters.awaitOf(CONSUMER, poison);

    assertThat(call("POST", "/dead-letters/" + letter.id() + "/retry"))
        .returns(409, HttpResponse::statusCode)
        .extracting(HttpResponse::body)
        .asString()
        .contains("failed again: ", failure.getClass().getSimpleName() + " at ")
        .doesNotContain("ada@example.com");
    assertThat(letters.awaitOf(CONSUMER, poison).failure().attempts()).isEqualTo(6);
  }

  private HttpResponse<String> call(String method, String path) throws Exception {
    return call(method, path, "");
  }

  private HttpResponse<String> call(String method, String path, String body) throws Exception {
    var request =
        TestDoor.of(server.getApplicationContext())
            .asOperator(
                body.isEmpty()
                    ? HttpRequest.newBuilder()
                    : HttpRequest.newBuilder().header("Content-Type", "application/json"),
                path)
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build();
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request, BodyHandlers.ofString());
    }
  }

  /** Its letter is closed by then, and nobody else would try it again. */
  @Test
  void one_behind_that_cannot_be_handled_for_now_follows_when_it_can() throws Exception {
    var poison = opened("l", 1);
    var behind = opened("l", 2);
    Subscribed.POISONOUS.add(poison.id());
    Subscribed.FAILING.add(behind.id());
    List.of(poison, behind).forEach(service::publish);
    var letter = letters.awaitOf(CONSUMER, poison);
    await().atMost(20, SECONDS).until(() -> service.inbox(CONSUMER).parked("l") == 1);

    Subscribed.POISONOUS.clear();
    assertThat(office.retry(letter.id()).released()).isZero();
    assertThat(letters.of(CONSUMER, "l")).isEmpty();
    assertThat(ledger.entries(CONSUMER)).contains(poison.id()).doesNotContain(behind.id());

    Subscribed.FAILING.clear();
    await().atMost(30, SECONDS).until(() -> ledger.entries(CONSUMER).contains(behind.id()));
    assertFlows("l", 3);
  }

  @Test
  void who_names_the_message_is_told_which_letter_it_lies_in() throws Exception {
    var poison = opened("m", 1);
    Subscribed.POISONOUS.add(poison.id());
    service.publish(poison);
    var letter = letters.awaitOf(CONSUMER, poison);

    assertThat(call("POST", "/dead-letters/" + poison.id() + "/retry"))
        .returns(400, HttpResponse::statusCode)
        .extracting(HttpResponse::body)
        .asString()
        .contains(
            "%s is the id of a message, use that of its dead letter: %s of %s"
                .formatted(poison.id(), letter.id(), CONSUMER));
  }

  @Test
  void closing_what_is_not_there_says_so() throws Exception {
    var nobody = UUID.randomUUID();
    assertThatThrownBy(() -> office.retry(nobody))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there is no open dead letter " + nobody);
  }

  private void assertFlows(String key, long version) {
    var next = opened(key, version);
    service.publish(next);
    await().atMost(20, SECONDS).until(() -> ledger.entries(CONSUMER).contains(next.id()));
  }

  private static List<Message> messages(String key, int count) {
    return LongStream.rangeClosed(1, count).mapToObj(version -> opened(key, version)).toList();
  }

  private static Message opened(String key, long version) {
    return new Message(
        TestMessages.newId(),
        "letter",
        key,
        version,
        "Opened",
        "{\"note\":\"hello\"}",
        MessageContext.NONE);
  }
}
