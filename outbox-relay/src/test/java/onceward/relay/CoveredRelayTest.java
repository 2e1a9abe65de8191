package onceward.relay;

import static onceward.relay.LonePipeline.ADA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import onceward.ledger.Ledger;
import onceward.ledger.source.DatabaseSettings;
import onceward.ledger.source.LedgerSettings;
import onceward.ledger.source.Progress;
import onceward.ledger.source.Scope;
import onceward.ledger.verify.CoveredHours;
import onceward.ledger.verify.Kind;
import onceward.ledger.verify.Verdict;
import onceward.messaging.testkit.TestServers;
import onceward.relay.publish.Delivery;
import onceward.relay.stop.StopReason;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: what a relay has written down of what it published is what the outbox has, and is less
 * where a message is not published. So the ledger need not read.
 */
class CoveredRelayTest extends PoisonedOutbox {

  /** Above those that are kept open: some are closed. */
  private static final int HOURS = 7;

  private final Instant past =
      Instant.now().truncatedTo(ChronoUnit.HOURS).minus(HOURS, ChronoUnit.HOURS);

  /**
   * Method: rows with ids of past hours, as a transaction has that was open for so long; each
   * twice, the second time after the hour was closed, and with another generation in between.
   */
  @ParameterizedTest
  @EnumSource
  void messages_of_transactions_that_commit_hours_later_belong_to_their_hours(Delivery delivery)
      throws Exception {
    for (var round = 1; round <= 2; round++) {
      try (var pipeline = LonePipeline.start(database.parts(delivery, 512))) {
        pipeline.awaitStreaming();
        for (var hour = 0; hour < HOURS; hour++) {
          appendMade(past.plus(hour, ChronoUnit.HOURS), "late-" + hour, round);
        }
        database.append(topic.aggregateType(), "a", round);
        committed.awaitNext("a", round);
        awaitProven(round * (HOURS + 1), HOURS + 1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_message_that_is_held_back_is_not_covered_before_it_is_released(Delivery delivery)
      throws Exception {
    topic.limitMessageBytes(LOW);
    var refused = appendWithPoison();
    try (var pipeline = LonePipeline.start(database.parts(delivery, 512))) {
      pipeline.awaitStopped(StopReason.MESSAGE_REFUSED);
      pipeline.pipeline().quarantine(refused, ADA);
      awaitArrived("a1", "b1", "b2");
      var verdict = lookUp();
      assertThat(verdict.count(Kind.HELD_BY_RELAY)).isEqualTo(2);
      assertThat(verdict.holds()).isTrue();

      topic.limitMessageBytes(HIGH);
      pipeline.pipeline().quarantine().retry(refused, OPERATOR);
      awaitArrived("a1", "b1", "b2", "a2", "a3");
      awaitProven(5, 1);
    }
  }

  /** Method: the log loses rows with their slot, and an operator has them published again. */
  @ParameterizedTest
  @EnumSource
  void what_was_published_again_is_read_and_raises_no_alarm(Delivery delivery) throws Exception {
    appendMade(past, "a", 1);
    var lost = database.ids("true");
    database.dropSlot();
    database.makeSlot("pgoutput");
    appendMade(past, "b", 1);
    database.requestAgain(lost);
    try (var pipeline = LonePipeline.start(database.parts(delivery, 512))) {
      pipeline.awaitStreaming();
      committed.atLeast(2);
      await().atMost(LIMIT).until(() -> covers(1));
    }

    var verdict = lookUp();

    assertThat(hours(verdict).proven()).isZero();
    assertThat(verdict.findings()).isEmpty();
  }

  /** Method: rows are appended while nothing captures them, and nobody has them published again. */
  @ParameterizedTest
  @EnumSource
  void a_row_that_the_log_has_lost_is_found(Delivery delivery) throws Exception {
    var lost = appendMade(past, "lost", 1);
    database.dropSlot();
    database.makeSlot("pgoutput");
    database.append(topic.aggregateType(), "a", 1);
    try (var pipeline = LonePipeline.start(database.parts(delivery, 512))) {
      pipeline.awaitStreaming();
      committed.awaitNext("a", 1);
      var behind = database.logPosition();
      await().atMost(LIMIT).until(() -> database.slotIsPast(behind) && covers(1));

      var verdict = lookUp();

      assertThat(hours(verdict).unproven())
          .singleElement()
          .satisfies(unproven -> assertThat(unproven.hour()).isEqualTo(past));
      assertThat(verdict.of(Set.of(Kind.MISSING)))
          .singleElement()
          .satisfies(
              finding -> assertThat(finding.examples().getFirst().messageId()).contains(lost));
    }
  }

  /** Method: the topic is deleted and made anew, and an operator accepts that. */
  @ParameterizedTest
  @EnumSource
  void what_was_published_before_an_operator_accepted_a_stop_is_not_covered(Delivery delivery)
      throws Exception {
    var gone = appendMade(past, "a", 1);
    try (var pipeline = LonePipeline.start(database.parts(delivery, 512))) {
      awaitProven(1, 1);
      TopicReader.delete(topic.name());
      pipeline.awaitStopped(LIMIT, StopReason.TOPIC_CHANGED, "was deleted, with all messages");
      topic.createTopic();
      pipeline.awaitStopped(LIMIT, StopReason.TOPIC_CHANGED, "was deleted and made anew");

      assertThat(pipeline.accept()).isTrue();

      pipeline.awaitStreaming();
      appendMade(past, "a", 2);
      await()
          .atMost(LIMIT)
          .untilAsserted(() -> {
            var verdict = lookUp();
            assertThat(hours(verdict).unproven().getFirst().why()).contains("has published 1");
            assertThat(
                    verdict.of(Set.of(Kind.MISSING)).getFirst().examples().getFirst().messageId())
                .contains(gone);
          });
    }
  }

  private UUID appendMade(Instant made, String aggregateId, int version) throws Exception {
    var id =
        new UUID(
            made.plusSeconds(version).toEpochMilli() << 16 | 0x7abcL,
            UUID.randomUUID().getLeastSignificantBits());
    database.administer(
        "insert into outbox (id, aggregatetype, aggregateid, aggregateversion, type, payload) values ('%s', '%s', '%s', %d, 'Moved', '{}')"
            .formatted(id, topic.aggregateType(), aggregateId, version));
    return id;
  }

  /** The position comes a little after the messages. */
  private void awaitProven(int messages, int hoursAtLeast) {
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> {
          var verdict = lookUp();
          assertThat(hours(verdict).unproven()).isEmpty();
          assertThat(hours(verdict).provenMessages()).isEqualTo(messages);
          assertThat(hours(verdict).proven()).isGreaterThanOrEqualTo(hoursAtLeast);
        });
  }

  private boolean covers(int hours) throws InterruptedException {
    return lookUp().hours().map(all -> all.proven() + all.read() >= hours).orElse(false);
  }

  private static CoveredHours hours(Verdict verdict) {
    return verdict.hours().orElseThrow(() -> new AssertionError(verdict.notes()));
  }

  private Verdict lookUp() throws InterruptedException {
    var postgres = TestServers.postgres();
    return new Ledger(
            LedgerSettings.of(
                Map.of("bootstrap.servers", TestServers.kafka().bootstrapServers()),
                List.of(
                    DatabaseSettings.of(
                        database.name(),
                        postgres.jdbcUrl(database.name()),
                        "postgres",
                        postgres.adminPassword()))))
        .lookUp(
            new Scope(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Set.of(topic.name()),
                Duration.ofSeconds(10),
                Scope.EXAMPLES),
            Progress.NONE);
  }
}
