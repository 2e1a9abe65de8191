package onceward.gateway.routing;

import io.micronaut.core.propagation.PropagatedContext;
import io.micronaut.core.type.Argument;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.ServerHttpRequest;
import io.micronaut.http.annotation.Filter;
import io.micronaut.http.client.HttpClient;
import io.micronaut.http.client.exceptions.HttpClientResponseException;
import io.micronaut.http.exceptions.ContentLengthExceededException;
import io.micronaut.http.filter.HttpServerFilter;
import io.micronaut.http.filter.ServerFilterChain;
import io.micronaut.http.filter.ServerFilterPhase;
import io.micronaut.http.server.exceptions.NotAllowedException;
import jakarta.inject.Named;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import onceward.gateway.connection.CallerAddress;
import onceward.gateway.problem.ProblemException;
import onceward.gateway.problem.ProblemType;
import onceward.gateway.routing.Route.Cost;
import onceward.gateway.routing.Upstreams.CallsOfAddresses;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Forwards a call to the service of its route and answers with what the service answers. The body
 * of the call is complete before a connection to the service is taken, and that connection is free
 * again before the caller reads the answer: a slow caller holds nothing but its own connection.
 * Bodies stay unchanged; {@link HeaderHygiene} cleans the headers. Runs after the security filter.
 *
 * <p>A failure of the service becomes a problem (502, 503 or 504). No call is repeated.
 */
@Filter({"/v1/**", "/.well-known/**"})
final class Forwarder implements HttpServerFilter {
  private static final Logger log = LoggerFactory.getLogger(Forwarder.class);
  private static final Argument<byte[]> BYTES = Argument.of(byte[].class);
  private static final byte[] NO_BODY = {};
  private static final int WAIT_AGAIN_MIN_S = 5;
  private static final int WAIT_AGAIN_MAX_S = 15;

  private final RouteTable table;
  private final RateLimiter accounts;
  private final Map<Target, Upstream> upstreams;
  private final Upstream passwords;
  private final CallsOfAddresses passwordsOfAddresses;
  private final FullService hashing = new FullService(System::nanoTime);
  private final Upstream waits;
  private final CallsOfAddresses waitsOfAddresses;

  Forwarder(
      RouteTable table,
      CallRates rates,
      @Named("auth-service") Upstream authService,
      @Named("user-service") Upstream userService,
      @Named("auth-service-passwords") Upstream passwords,
      @Named("auth-service-passwords") CallsOfAddresses passwordsOfAddresses,
      @Named("auth-service-waits") Upstream waits,
      @Named("auth-service-waits") CallsOfAddresses waitsOfAddresses) {
    this.table = table;
    this.accounts = new RateLimiter(rates.perAccountPerSecondMax(), rates.perAccountBurstMax());
    this.upstreams = Map.of(Target.AUTH_SERVICE, authService, Target.USER_SERVICE, userService);
    this.passwords = passwords;
    this.passwordsOfAddresses = passwordsOfAddresses;
    this.waits = waits;
    this.waitsOfAddresses = waitsOfAddresses;
  }

  @Override
  public int getOrder() {
    return ServerFilterPhase.SECURITY.after();
  }

  @Override
  public Publisher<MutableHttpResponse<?>> doFilter(
      HttpRequest<?> request, ServerFilterChain chain) {
    Route route = table.find(request).orElse(null);
    if (route == null) {
      return notListed(request);
    }
    if (route.access() == Access.TOKEN) {
      request.getUserPrincipal().ifPresent(account -> accounts.count(account.getName()));
    }
    return route.target() == Target.GATEWAY ? chain.proceed(request) : forward(request, route);
  }

  private Publisher<MutableHttpResponse<?>> forward(HttpRequest<?> request, Route route) {
    if (hasBody(request) && !isJson(request)) {
      return Mono.error(new ProblemException(ProblemType.UNSUPPORTED_MEDIA_TYPE));
    }
    // The call begins on another thread, once the body is there, and is part of the same trace.
    PropagatedContext trace = PropagatedContext.getOrEmpty();
    return body(request)
        .flatMap(body ->
            toService(
                request,
                route,
                client -> {
                  try (PropagatedContext.Scope _ = trace.propagate()) {
                    return client.exchange(outgoing(request, body), BYTES, BYTES);
                  }
                }))
        .onErrorResume(HttpClientResponseException.class, Forwarder::errorAnswer)
        .<MutableHttpResponse<?>>map(Forwarder::answer)
        .onErrorMap(UpstreamFailure::isOurs, failure -> failed(request, route.target(), failure));
  }

  private Mono<HttpResponse<byte[]>> toService(
      HttpRequest<?> request,
      Route route,
      Function<HttpClient, Publisher<HttpResponse<byte[]>>> call) {
    if (route.cost() == Cost.WAIT && request.getHeaders().contains("Prefer")) {
      return waitsOfAddresses
          .within(address(request), waits.call(call))
          .onErrorMap(ProblemException.class, Forwarder::againLater);
    }
    if (route.cost() == Cost.PASSWORD) {
      return passwordsOfAddresses.within(
          address(request), hashing.unlessFull(passwords.call(call)));
    }
    Upstream upstream = upstreams.get(route.target());
    return upstream == null
        ? Mono.error(new IllegalStateException("no client for " + route.target()))
        : upstream.call(call);
  }

  /** A wait lasts long, and those who found no place shall not all come again at once. */
  private static ProblemException againLater(ProblemException busy) {
    return busy.type() == ProblemType.BUSY
        ? ProblemException.retryAfter(
            ProblemType.BUSY,
            ThreadLocalRandom.current().nextInt(WAIT_AGAIN_MIN_S, WAIT_AGAIN_MAX_S + 1))
        : busy;
  }

  /** The whole body: the connection to a service is taken after it. */
  private static Mono<byte[]> body(HttpRequest<?> request) {
    if (!hasBody(request) || !(request instanceof ServerHttpRequest<?> server)) {
      return Mono.just(NO_BODY);
    }
    return Mono.fromFuture(() ->
            server
                .byteBody()
                .buffer()
                .thenApply(buffered -> {
                  try (buffered) {
                    return buffered.toByteArray();
                  }
                }))
        .onErrorMap(Forwarder::unreadable);
  }

  private static Throwable unreadable(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return new ProblemException(
        cause instanceof ContentLengthExceededException
            ? ProblemType.CONTENT_TOO_LARGE
            : ProblemType.BAD_REQUEST);
  }

  // Uses path and query only: an absolute request line must not choose the host.
  private static MutableHttpRequest<?> outgoing(HttpRequest<?> request, byte[] body) {
    String query = request.getUri().getRawQuery();
    String path = RouteTable.path(request);
    MutableHttpRequest<byte[]> outgoing =
        HttpRequest.create(
            request.getMethod(), URI.create(query == null ? path : path + "?" + query).toString());
    request
        .getHeaders()
        .forEach((name, values) -> values.forEach(value -> outgoing.header(name, value)));
    HeaderHygiene.cleanRequest(outgoing.getHeaders());
    outgoing.getHeaders().set(HttpHeaders.FORWARDED, address(request).forwardedFor());
    if (body.length > 0) {
      outgoing.body(body);
    }
    return outgoing;
  }

  private static Mono<HttpResponse<byte[]>> errorAnswer(HttpClientResponseException answered) {
    HttpResponse<?> answer = answered.getResponse();
    MutableHttpResponse<byte[]> copy = HttpResponse.status(answer.code(), answer.reason());
    answer
        .getHeaders()
        .forEach((name, values) -> values.forEach(value -> copy.header(name, value)));
    answer.getBody(BYTES).ifPresent(copy::body);
    return Mono.just(copy);
  }

  private static MutableHttpResponse<?> answer(HttpResponse<byte[]> answered) {
    MutableHttpResponse<byte[]> answer = HttpResponse.status(answered.code(), answered.reason());
    answered
        .getHeaders()
        .forEach((name, values) -> values.forEach(value -> answer.header(name, value)));
    HeaderHygiene.cleanResponse(answer.getHeaders());
    answered.getBody().filter(body -> body.length > 0).ifPresent(answer::body);
    return answer;
  }

  private static Throwable failed(HttpRequest<?> request, Target target, Throwable failure) {
    log.warn(
        "call failed: {} {} to {}: {}",
        request.getMethod(),
        RouteTable.path(request),
        target.id(),
        failure.getMessage());
    return UpstreamFailure.problem(target, failure);
  }

  private static CallerAddress address(HttpRequest<?> request) {
    return CallerAddress.of(request.getRemoteAddress());
  }

  private static boolean hasBody(HttpRequest<?> request) {
    return request.getContentLength() > 0
        || request.getHeaders().contains(HttpHeaders.TRANSFER_ENCODING);
  }

  private static boolean isJson(HttpRequest<?> request) {
    return request.getContentType().filter(MediaType.APPLICATION_JSON_TYPE::equals).isPresent();
  }

  private Publisher<MutableHttpResponse<?>> notListed(HttpRequest<?> request) {
    Set<String> methods = table.methodsAt(RouteTable.path(request));
    return Mono.error(
        methods.isEmpty()
            ? new ProblemException(ProblemType.NOT_FOUND)
            : new NotAllowedException(request.getMethodName(), request.getUri(), methods));
  }
}
