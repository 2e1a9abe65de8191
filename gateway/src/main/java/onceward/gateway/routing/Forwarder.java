package onceward.gateway.routing;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Filter;
import io.micronaut.http.client.ProxyHttpClient;
import io.micronaut.http.client.annotation.Client;
import io.micronaut.http.filter.HttpServerFilter;
import io.micronaut.http.filter.ServerFilterChain;
import io.micronaut.http.filter.ServerFilterPhase;
import io.micronaut.http.server.exceptions.NotAllowedException;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import onceward.gateway.problem.ProblemException;
import onceward.gateway.problem.ProblemType;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Forwards a call to the service of its route and streams the answer back. Bodies stay unchanged;
 * {@link HeaderHygiene} cleans the headers. Runs after the security filter.
 *
 * <p>A failure of the service becomes a problem (502, 503 or 504). No call is repeated.
 */
@Filter({"/v1/**", "/.well-known/**"})
final class Forwarder implements HttpServerFilter {
  private static final Logger log = LoggerFactory.getLogger(Forwarder.class);

  private final RouteTable table;
  private final Map<Target, ProxyHttpClient> clients;

  Forwarder(
      RouteTable table,
      @Client("auth-service") ProxyHttpClient authService,
      @Client("user-service") ProxyHttpClient userService) {
    this.table = table;
    this.clients = Map.of(Target.AUTH_SERVICE, authService, Target.USER_SERVICE, userService);
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
    return route.target() == Target.GATEWAY
        ? chain.proceed(request)
        : forward(request, route.target());
  }

  private Publisher<MutableHttpResponse<?>> forward(HttpRequest<?> request, Target target) {
    if (hasBody(request) && !isJson(request)) {
      return Mono.error(new ProblemException(ProblemType.UNSUPPORTED_MEDIA_TYPE));
    }
    ProxyHttpClient client = clients.get(target);
    if (client == null) {
      return Mono.error(new IllegalStateException("no client for " + target));
    }
    return Mono.<MutableHttpResponse<?>>from(client.proxy(outgoing(request)))
        .doOnNext(response -> HeaderHygiene.cleanResponse(response.getHeaders()))
        .onErrorMap(UpstreamFailure::isOurs, failure -> failed(request, target, failure));
  }

  // Uses path and query only: an absolute request line must not choose the host.
  private static MutableHttpRequest<?> outgoing(HttpRequest<?> request) {
    String query = request.getUri().getRawQuery();
    String path = RouteTable.path(request);
    MutableHttpRequest<?> outgoing =
        request.mutate().uri(URI.create(query == null ? path : path + "?" + query));
    HeaderHygiene.cleanRequest(outgoing.getHeaders());
    return outgoing;
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
