package onceward.ledgerapi;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import onceward.ledger.Ledger;
import onceward.ledger.source.LedgerException;
import onceward.ledger.verify.VerdictDocument;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One verification, on a thread of its own. Thread-safe. */
final class Run {

  private static final Logger log = LoggerFactory.getLogger(Run.class);

  /** How far it is. The API answers the names. */
  enum State {
    RUNNING,
    /** Somebody has cancelled it, and a server has not answered its last question yet. */
    CANCELLING,
    DONE,
    FAILED,
    CANCELLED;

    boolean isOver() {
      return this != RUNNING && this != CANCELLING;
    }
  }

  private final UUID id = UUID.randomUUID();
  private final VerificationRequest request;
  private final String operator;
  private final LedgerServers servers;
  private final RunProgress progress = new RunProgress(System::nanoTime);
  private final CountDownLatch over = new CountDownLatch(1);
  private final Thread thread;
  private final Instant startedAt = Instant.now();
  private State state = State.RUNNING;
  private @Nullable Instant endedAt;
  private @Nullable String error;
  private @Nullable VerdictDocument verdict;

  private Run(VerificationRequest request, String operator, LedgerServers servers) {
    this.request = request;
    this.operator = operator;
    this.servers = servers;
    this.thread = Thread.ofPlatform().daemon().name("verification " + id).unstarted(this::compare);
  }

  /** Begins. */
  static Run start(VerificationRequest request, String operator, LedgerServers servers) {
    var run = new Run(request, operator, servers);
    run.thread.start();
    return run;
  }

  UUID id() {
    return id;
  }

  synchronized State state() {
    return state;
  }

  /** Has it end at its next step. Does nothing if it is over. */
  synchronized void cancel() {
    if (!state.isOver()) {
      state = State.CANCELLING;
      progress.cancel();
      thread.interrupt();
    }
  }

  /** Waits until it is over, but no longer than that. */
  void awaitEnd(Duration limit) throws InterruptedException {
    over.await(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** What it is and how far, without what it found. */
  synchronized Map<String, Object> summary() {
    var document = new LinkedHashMap<String, Object>();
    document.put("id", id.toString());
    document.put("state", state.name());
    document.put("operator", operator);
    document.put("scope", request.document());
    document.put("startedAt", startedAt.toString());
    if (endedAt != null) {
      document.put("endedAt", endedAt.toString());
    } else {
      progress.document().ifPresent(known -> document.put("progress", known));
    }
    if (error != null) {
      document.put("error", error);
    }
    if (verdict != null) {
      document.put("outcome", verdict.outcome().name());
    }
    return document;
  }

  /** The summary, and what it found. */
  synchronized Map<String, Object> document() {
    var document = summary();
    if (verdict != null) {
      document.put("verdict", verdict.document());
    }
    return document;
  }

  private void compare() {
    try {
      var began = System.nanoTime();
      var ledger = new Ledger(servers.settings());
      var found =
          request.deep()
              ? ledger.verify(request.scope(), progress)
              : ledger.lookUp(request.scope(), progress);
      var stalls = servers.stalls(found);
      done(new VerdictDocument(found, stalls, Duration.ofNanos(System.nanoTime() - began)));
    } catch (LedgerException refused) {
      failed(String.valueOf(refused.getMessage()));
    } catch (InterruptedException | CancellationException cancelled) {
      failed("The verification was interrupted.");
    } catch (RuntimeException | Error unforeseen) {
      unforeseen(unforeseen);
    } finally {
      over.countDown();
    }
  }

  private synchronized void done(VerdictDocument document) {
    verdict = document;
    end(State.DONE);
  }

  /** Whatever a cancelled one fails of, it fails of that. */
  private synchronized void failed(String sentence) {
    if (state == State.CANCELLING) {
      end(State.CANCELLED);
    } else {
      error = sentence;
      end(State.FAILED);
    }
  }

  private void unforeseen(Throwable failure) {
    if (state() == State.RUNNING) {
      log.error("Verification {} failed for a reason that nobody foresaw", id, failure);
    }
    failed(
        "It failed for a reason that nobody foresaw (%s): the log of this program has it."
            .formatted(failure.getClass().getSimpleName()));
  }

  private void end(State last) {
    state = last;
    endedAt = Instant.now();
    log.info("Verification {} is {}{}", id, last, error == null ? "" : ": " + error);
  }
}
