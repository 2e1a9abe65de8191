package onceward.ledger;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import onceward.ledger.source.LedgerException;
import onceward.ledger.source.LedgerSettings;
import onceward.ledger.source.Progress;
import onceward.ledger.source.Scope;
import onceward.ledger.trace.Journey;
import onceward.ledger.trace.Tracing;
import onceward.ledger.verify.Lookup;
import onceward.ledger.verify.Shortage;
import onceward.ledger.verify.ShortageSearch;
import onceward.ledger.verify.Verdict;
import onceward.ledger.verify.Verification;

/**
 * Tells whether all that was committed is published and handled: reads outboxes, topics and inboxes
 * and compares them. Changes nothing, joins no consumer group, and may run beside everything.
 *
 * <p>What it proves: that each row of an outbox is in its topic with the same content, each record
 * in an outbox, each version in its order, and each message that a consumer has passed in its
 * inbox. What it cannot see: whether a handler did what it should. It takes the claim in the inbox
 * for that, which commits together with the effect; an effect that was doubled nevertheless shows
 * where it appended messages.
 *
 * <p>While a relay is behind, the last row of an aggregate may be lost without anybody being able
 * to tell it from one that is not published yet.
 *
 * <p>Immutable; safe for use by many threads.
 */
public final class Ledger {

  private final LedgerSettings settings;

  /** A ledger over these servers, which are not asked yet. */
  public Ledger(LedgerSettings settings) {
    this.settings = settings;
  }

  /**
   * Compares everything that the scope includes. Keeps a transaction open in each database
   * meanwhile, and sorts in the directory for temporary files: 200 bytes for each message.
   *
   * @throws LedgerException if a server does not answer, or the scope names what there is not
   */
  public Verdict verify(Scope scope, Progress progress) throws InterruptedException {
    try (var verification = new Verification(settings, scope, progress)) {
      return verification.run();
    }
  }

  /**
   * Compares the same by sums that relays keep of each hour, and reads only the hours that these do
   * not prove. What it does not read, it does not look into: see {@link Lookup}. With a consumer or
   * an aggregate in the scope it reads everything that the scope includes.
   *
   * @throws LedgerException if a server does not answer, or the scope names what there is not
   */
  public Verdict lookUp(Scope scope, Progress progress) throws InterruptedException {
    return scope.consumer().isPresent() || scope.aggregate().isPresent()
        ? verify(scope, progress)
        : new Lookup(settings, scope, progress).run();
  }

  /**
   * Finds which rows of an outbox its topics lack; or, if the scope names a consumer, which rows
   * that consumer has neither handled nor finds in its topic any more. {@code republish} brings
   * these back.
   *
   * @param database the name of the database with the outbox
   * @param limit how many ids are kept at most; the rest is counted
   * @param withExpired whether a topic lacks what Kafka may have deleted by age; a consumer lacks
   *     that in any case
   * @throws LedgerException if a server does not answer, or there is no such database or consumer
   */
  public Shortage shortage(
      String database, Scope scope, int limit, boolean withExpired, Progress progress)
      throws InterruptedException {
    try (var search = new ShortageSearch(settings, database, scope, limit, withExpired, progress)) {
      return search.run();
    }
  }

  /**
   * Follows a message, all messages of an aggregate, or all of a trace: where each of them is, what
   * brought it about and what it has brought about.
   *
   * @param what the id of a message, of an aggregate or of a trace (32 hexadecimal digits)
   * @param tracesSince if given, a trace is looked for among messages made since then; messages and
   *     aggregates are found whatever their age
   * @return oldest first; empty if no outbox has any
   * @throws LedgerException if a server does not answer
   */
  public List<Journey> trace(String what, Optional<Instant> tracesSince) {
    try (var tracing = new Tracing(settings)) {
      return tracing.follow(what, tracesSince);
    }
  }
}
