package onceward.ledgerapi;

import io.micronaut.http.HttpStatus;
import io.micronaut.http.exceptions.HttpStatusException;
import io.micronaut.management.endpoint.annotation.Endpoint;
import io.micronaut.management.endpoint.annotation.Read;
import io.micronaut.management.endpoint.annotation.Selector;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import onceward.ledger.Ledger;
import onceward.ledger.trace.JourneyDocument;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /traces/{id}}: what {@code trace ID --json} prints, of a message, of an aggregate or
 * of a trace. {@code since} leaves out older messages when a trace is looked for.
 *
 * <p>Few at once: each holds a connection to every database meanwhile. Sensitive: ids of messages
 * and aggregates, but no content.
 */
@Endpoint(id = "traces", defaultSensitive = true)
@ExecuteOn(TaskExecutors.BLOCKING)
final class TracesEndpoint {

  private static final int AT_ONCE_MAX = 2;

  private final LedgerServers servers;
  private final Semaphore places = new Semaphore(AT_ONCE_MAX);

  TracesEndpoint(LedgerServers servers) {
    this.servers = servers;
  }

  @Read
  Map<String, Object> trace(@Selector String id, @Nullable String since) {
    var what = Names.require("id", id);
    var tracesSince = Optional.ofNullable(since).map(text -> Names.moment("since", text));
    if (!places.tryAcquire()) {
      throw new BusyException(
          "%d traces are being looked for, and no more at once: try again as Retry-After says"
              .formatted(AT_ONCE_MAX));
    }
    try {
      var journeys = new Ledger(servers.settings()).trace(what, tracesSince);
      if (journeys.isEmpty()) {
        throw new HttpStatusException(
            HttpStatus.NOT_FOUND,
            "no outbox has a message with the id %s, nor one of an aggregate or a trace with this id; outboxes keep messages for some days only"
                .formatted(Names.shown(what)));
      }
      return JourneyDocument.of(journeys);
    } finally {
      places.release();
    }
  }
}
