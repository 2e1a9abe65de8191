package onceward.messaging.tests.deadletter;

import static java.util.concurrent.TimeUnit.SECONDS;
import static onceward.messaging.tests.deadletter.FailingLetters.BROKEN;
import static onceward.messaging.tests.deadletter.FailingLetters.CONSUMER;
import static onceward.messaging.tests.deadletter.FailingLetters.sent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import onceward.messaging.Message;
import onceward.messaging.MessageRecords;
import onceward.messaging.deadletter.Actor;
import onceward.messaging.deadletter.Attempt;
import onceward.messaging.deadletter.CannotCloseException;
import onceward.messaging.deadletter.DeadLetter;
import onceward.messaging.deadletter.DeadLetterDetails;
import onceward.messaging.deadletter.DeadLetterGroup;
import onceward.messaging.deadletter.DeadLetterGroups;
import onceward.messaging.deadletter.DeadLetterOffice;
import onceward.messaging.deadletter.RetryFailedException;
import onceward.messaging.tests.LedgerServiceTest;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Goal: an operator learns what failed, how often and since when, and what was tried already. */
@MicronautTest(transactional = false)
@Property(name = "ledger.failing", value = "true")
@Property(name = "messaging.attempts-max", value = "2")
@Property(name = "messaging.kill-switch.messages-min", value = "1000000")
class LettersByCauseTest extends LedgerServiceTest {

  @Inject DeadLetterOffice office;
  @Inject DeadLetterGroups groups;
  @Inject DeadLetterDetails details;
  @Inject Letters letters;

  @AfterEach
  void discardWhatIsLeft() {
    BROKEN.clear();
    letters.discardAll();
  }

  @Test
  void letters_are_listed_by_consumer_exception_and_place_with_what_became_of_the_others() {
    BROKEN.addAll(List.of("price", "address"));
    var prices = List.of(sent("p1", 1, "price"), sent("p2", 1, "price"), sent("p3", 1, "price"));
    var address = sent("a1", 1, "address");
    var oldest = letterOf(prices.get(0));
    var second = letterOf(prices.get(1));
    letterOf(prices.get(2));
    var other = letterOf(address);
    BROKEN.clear();
    office.retry(second.id());

    var open = groups.open(10);

    assertThat(open)
        .extracting(DeadLetterGroup::id, DeadLetterGroup::open, DeadLetterGroup::handled)
        .containsExactly(tuple(oldest.group(), 2L, 1L), tuple(other.group(), 1L, 0L));
    assertThat(open.getFirst())
        .returns(CONSUMER, DeadLetterGroup::consumer)
        .returns(IllegalStateException.class.getName(), DeadLetterGroup::exceptionClass)
        .returns(List.of("Sent"), DeadLetterGroup::types)
        .returns(4L, DeadLetterGroup::attempts)
        .returns(oldest.failedAt(), DeadLetterGroup::firstSeen)
        .returns(oldest.id(), DeadLetterGroup::oldest)
        .satisfies(group -> assertThat(group.exception()).contains("FailingLetters"));
  }

  /** Method: the column is emptied, as it is in rows that an older version wrote. */
  @Test
  void a_letter_of_an_older_version_has_a_group_as_well() throws SQLException {
    BROKEN.add("a value");
    var message = sent("o", 1, "a value");
    var letter = letterOf(message);
    try (var connection = service.connect();
        var older =
            connection.prepareStatement(
                "update dead_letter set exception_class = null where id = ?")) {
      older.setObject(1, letter.id());
      assertThat(older.executeUpdate()).isEqualTo(1);
    }

    assertThat(groups.open(10))
        .singleElement()
        .returns("poison", DeadLetterGroup::exceptionClass)
        .returns(letter.id(), DeadLetterGroup::oldest);
  }

  @Test
  void each_attempt_is_told_with_who_made_it_when_and_what_came_of_it() {
    BROKEN.add("a value");
    var message = sent("h", 1, "a value");
    var behind = sent("h", 2, "a value");
    var letter = letterOf(message);
    service.publish(behind);
    await().atMost(20, SECONDS).until(() -> service.inbox(CONSUMER).parked("h") == 1);
    assertThatThrownBy(() -> office.retry(letter.id(), Actor.operator("ada", "mended")))
        .isInstanceOf(RetryFailedException.class);
    var open = details.find(letter.id()).orElseThrow();
    BROKEN.clear();
    office.retry(letter.id(), Actor.operator("grace", null));

    assertThat(open.behindCount()).isEqualTo(1);
    assertThat(open.behind())
        .singleElement()
        .returns(behind.id(), DeadLetterDetails.Behind::messageId);
    assertThat(open.letter().failuresInRow()).isEqualTo(2);
    var closed = details.find(letter.id()).orElseThrow();
    assertThat(closed.state()).isEqualTo("handled");
    assertThat(closed.payload()).isNull();
    assertThat(closed.history())
        .extracting(Attempt::outcome, Attempt::attempts, attempt -> attempt.actor().operator())
        .containsExactly(
            tuple("failed", 2, null), tuple("failed", 1, "ada"), tuple("handled", 1, "grace"));
    assertThat(closed.history().get(1))
        .returns("mended", attempt -> attempt.actor().reason())
        .returns(letter.failure().stackDigest(), Attempt::stackDigest)
        .satisfies(attempt ->
            assertThat(attempt.exception())
                .startsWith("IllegalArgumentException at ")
                .doesNotContain("ada@example.com"));
  }

  /**
   * Method: PostgreSQL counts the scans of each index. The open letters are the latest, as ever.
   */
  @Test
  void open_letters_are_listed_by_an_index_that_has_no_closed_letter() throws SQLException {
    try {
      addLettersOfNobody(20_000, "handled");
      addLettersOfNobody(2_000, "open");
      execute("analyze dead_letter");
      var before = scansOfOpen();

      await()
          .atMost(30, SECONDS)
          .until(() -> office.open(null, 100).size() == 100 && scansOfOpen() > before);
    } finally {
      execute("delete from dead_letter where consumer = 'nobody'");
    }
  }

  private void addLettersOfNobody(int count, String state) throws SQLException {
    execute(
        """
        insert into dead_letter
          (consumer, topic, kafka_partition, kafka_offset, header_names, header_values,
           reason, exception, stack_digest, attempts, state, closed_at)
        select 'nobody', 'old.events', 0, n, '{}', '{}', 'poison', 'e', 'd', 1, '%s', now()
        from generate_series(1, %d) n
        """
            .formatted(state, count));
  }

  private long scansOfOpen() throws SQLException {
    return service.look(connection -> {
      try (var select = connection.createStatement()) {
        var row =
            select.executeQuery(
                "select idx_scan from pg_stat_user_indexes where indexrelname = 'dead_letter_open_by_id'");
        row.next();
        return row.getLong(1);
      }
    });
  }

  /** Method: the test locks and closes the letter, as another operator does at the same time. */
  @Test
  void a_letter_without_a_key_is_closed_by_one_of_two_operators() throws Exception {
    BROKEN.add("price");
    var record = MessageRecords.toRecord(sent("none", 1, "price"), "/onceward/test");
    service.publish(
        new ProducerRecord<>(
            record.topic(), null, (byte[]) null, record.value(), record.headers()));
    var letter =
        await()
            .atMost(30, SECONDS)
            .until(
                () -> letters.all().stream().filter(open -> open.key() == null).toList(),
                found -> !found.isEmpty())
            .getFirst();
    try (var connection = service.connect();
        var close = connection.createStatement()) {
      connection.setAutoCommit(false);
      close.execute(
          "update dead_letter set state = 'discarded', closed_at = now() where id = '%s'"
              .formatted(letter.id()));
      var second =
          CompletableFuture.supplyAsync(
              () -> office.archive(letter.id(), Actor.operator("ada", "later")));
      await().atMost(30, SECONDS).until(this::somebodyWaitsForALock);
      connection.commit();

      assertThatThrownBy(second::join)
          .hasCauseInstanceOf(CannotCloseException.class)
          .hasMessageContaining("there is no open dead letter " + letter.id());
    }
  }

  private boolean somebodyWaitsForALock() throws SQLException {
    return service.look(connection -> {
      try (var select = connection.createStatement()) {
        return select
            .executeQuery(
                "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")
            .next();
      }
    });
  }

  private void execute(String sql) throws SQLException {
    try (var connection = service.connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private DeadLetter letterOf(Message message) {
    service.publish(message);
    return letters.awaitOf(CONSUMER, message);
  }
}
