package onceward.gateway.routing;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.micronaut.http.client.HttpClient;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import onceward.gateway.problem.ProblemException;
import onceward.gateway.problem.ProblemType;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * A service behind the gateway, for one kind of call: a pool of connections, and a bulkhead in
 * front of it. A call that finds no place in the bulkhead fails at once, so a service that is slow
 * or held up costs calls to other services nothing. Thread-safe.
 */
public final class Upstream {

  private final HttpClient client;
  private final Bulkhead bulkhead;
  private final Duration answerTimeMax;

  Upstream(String name, HttpClient client, int callsMax, Duration answerTimeMax) {
    this.client = client;
    this.bulkhead = bulkhead(name, callsMax);
    this.answerTimeMax = answerTimeMax;
  }

  static Bulkhead bulkhead(String name, int callsMax) {
    return Bulkhead.of(
        name,
        BulkheadConfig.custom()
            .maxConcurrentCalls(callsMax)
            .maxWaitDuration(Duration.ZERO)
            .build());
  }

  /**
   * One call. The answer must be complete when the publisher ends: then the place is free again.
   *
   * @param call what to do with the client; called at most once
   */
  public <T> Mono<T> call(Function<HttpClient, Publisher<T>> call) {
    return call(answerTimeMax, call);
  }

  /**
   * One call whose answer is of use for a shorter time than that of other calls.
   *
   * @param timeMax after this time the call fails with a {@link TimeoutException}
   */
  public <T> Mono<T> call(Duration timeMax, Function<HttpClient, Publisher<T>> call) {
    var time = timeMax.compareTo(answerTimeMax) < 0 ? timeMax : answerTimeMax;
    Mono<T> late =
        Mono.error(() -> new TimeoutException("no answer within %d ms".formatted(time.toMillis())));
    return within(
        bulkhead, Mono.deferContextual(context -> sent(call, context)).timeout(time, late));
  }

  /**
   * A call that is given up still fails, when its connection has ended. The future ignores that
   * failure; Reactor would log it as an error that nobody handles.
   */
  private <T> Mono<T> sent(Function<HttpClient, Publisher<T>> call, ContextView context) {
    return Mono.fromFuture(() -> Mono.from(call.apply(client)).contextWrite(context).toFuture());
  }

  /**
   * Subscribes if the bulkhead has a place, and fails with 503 otherwise. The place is free before
   * the answer is handed on, so whoever has an answer finds a place for the next call.
   */
  static <T> Mono<T> within(Bulkhead bulkhead, Mono<T> call) {
    return Mono.defer(() ->
        bulkhead.tryAcquirePermission()
            ? Mono.using(() -> bulkhead, _ -> call, Bulkhead::onComplete)
            : Mono.error(new ProblemException(ProblemType.BUSY)));
  }
}
