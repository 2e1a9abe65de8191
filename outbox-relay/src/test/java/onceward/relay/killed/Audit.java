package onceward.relay.killed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import onceward.ledger.Ledger;
import onceward.ledger.source.DatabaseSettings;
import onceward.ledger.source.LedgerSettings;
import onceward.ledger.source.Progress;
import onceward.ledger.source.Scope;
import onceward.ledger.verify.Kind;
import onceward.ledger.verify.Verdict;
import onceward.messaging.Message;
import onceward.messaging.testkit.TestServers;
import onceward.relay.OutboxDatabase;

/**
 * What an outbox has committed against what its topic holds.
 *
 * @param verdict by reading everything
 * @param lookedUp by what the relays have written down
 */
public record Audit(Verdict verdict, Verdict lookedUp) {

  /** All but what the relay's promises allow. */
  private static final Set<Kind> WRONG = EnumSet.complementOf(EnumSet.of(Kind.DUPLICATE));

  /** Compares once nobody appends or publishes any more, so that no relay need be waited for. */
  static Audit of(OutboxDatabase database, PublishedTopic topic) throws InterruptedException {
    return of(database, topic.aggregateType());
  }

  /** The same, of the topic for one kind of aggregate. */
  public static Audit of(OutboxDatabase database, String aggregateType)
      throws InterruptedException {
    var ledger =
        new Ledger(
            LedgerSettings.of(
                Map.of("bootstrap.servers", TestServers.kafka().bootstrapServers()),
                List.of(
                    DatabaseSettings.of(
                        database.name(),
                        database.jdbcUrl(),
                        "postgres",
                        database.adminPassword()))));
    var scope =
        new Scope(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Set.of(Message.topicOf(aggregateType)),
            Duration.ZERO,
            Scope.EXAMPLES);
    return new Audit(ledger.verify(scope, Progress.NONE), ledger.lookUp(scope, Progress.NONE));
  }

  /** Messages that are in the topic again. */
  public long duplicates() {
    return verdict.count(Kind.DUPLICATE);
  }

  /** Committed, and not in the topic. */
  long lost() {
    return verdict.count(Kind.MISSING) + verdict.count(Kind.NOT_PUBLISHED_YET);
  }

  /** In the topic, and never committed. */
  long ghosts() {
    return verdict.count(Kind.GHOST);
  }

  /** Published after a later version. */
  long outOfOrder() {
    return verdict.count(Kind.OUT_OF_ORDER);
  }

  public long committed() {
    return verdict.topics().stream().mapToLong(Verdict.TopicVerdict::appended).sum();
  }

  public void assertFine() {
    assertThat(committed()).isPositive();
    assertThat(verdict.of(WRONG)).isEmpty();
    assertThat(lookedUp.of(WRONG)).isEmpty();
  }

  /** However often relays were killed: what they have counted is what was committed. */
  void assertCovered() {
    assertThat(lookedUp.notes()).isEmpty();
    assertThat(lookedUp.hours())
        .hasValueSatisfying(hours -> {
          assertThat(hours.unproven()).isEmpty();
          assertThat(hours.provenMessages()).isEqualTo(committed());
        });
  }
}
