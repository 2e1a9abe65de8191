package onceward.ledgerapi;

import io.micronaut.http.HttpStatus;
import io.micronaut.http.exceptions.HttpStatusException;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;

/**
 * The latest verifications, of which one may run: each reads all servers, and two at once would
 * take twice the load and say the same. Kept in memory only. Thread-safe.
 */
@Singleton
final class Verifications {

  private static final int KEPT = 20;
  private static final Duration LAST_ANSWER = Duration.ofSeconds(10);

  private final LedgerServers servers;
  private final Deque<Run> latest = new ArrayDeque<>();
  private boolean closed;

  Verifications(LedgerServers servers) {
    this.servers = servers;
  }

  /**
   * Begins one.
   *
   * @throws HttpStatusException 409 while another one runs
   */
  synchronized Run start(VerificationRequest request, String operator) {
    var before = latest.peekFirst();
    if (before != null && !before.state().isOver()) {
      throw new HttpStatusException(
          HttpStatus.CONFLICT,
          "verification %s is %s, and one runs at a time: wait until GET /verifications/%s says that it is over%s"
              .formatted(
                  before.id(),
                  before.state(),
                  before.id(),
                  before.state() == Run.State.CANCELLING
                      ? ""
                      : ", or cancel it with DELETE /verifications/" + before.id()));
    }
    if (closed) {
      throw new HttpStatusException(HttpStatus.CONFLICT, "this program is being stopped");
    }
    var run = Run.start(request, operator, servers);
    latest.addFirst(run);
    if (latest.size() > KEPT) {
      latest.removeLast();
    }
    return run;
  }

  /** Newest first. */
  synchronized List<Run> latest() {
    return List.copyOf(latest);
  }

  /**
   * The one with that id.
   *
   * @throws HttpStatusException 404 if it is not kept
   */
  Run require(String id) {
    return latest().stream()
        .filter(run -> run.id().equals(uuid(id)))
        .findFirst()
        .orElseThrow(() ->
            new HttpStatusException(
                HttpStatus.NOT_FOUND,
                "there is no verification '%s': the latest %d since the start of this program are kept, and GET /verifications lists them"
                    .formatted(Names.shown(id), KEPT)));
  }

  private static UUID uuid(String id) {
    try {
      return UUID.fromString(id);
    } catch (IllegalArgumentException none) {
      return new UUID(0, 0);
    }
  }

  /** Cancels what runs, and waits for it. */
  @PreDestroy
  void close() throws InterruptedException {
    synchronized (this) {
      closed = true;
    }
    for (var run : latest()) {
      run.cancel();
    }
    for (var run : latest()) {
      run.awaitEnd(LAST_ANSWER);
    }
  }
}
