package onceward.gateway.routing;

import io.micronaut.context.annotation.Requires;
import io.micronaut.context.annotation.Value;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets pages of the origins in {@code gateway.cors.allowed-origins} call the API from a browser
 * (CORS, in the Fetch standard). By default no page of another origin may. The framework's own
 * filter answers only for routes that it knows, and it does not know what is forwarded.
 */
@ServerFilter({"/v1/**", "/.well-known/**"})
@Requires(property = CrossOrigin.ORIGINS)
final class CrossOrigin implements Ordered {

  static final String ORIGINS = "gateway.cors.allowed-origins";

  private static final String MAY_SEND =
      "Authorization, Content-Type, Idempotency-Key, If-Match, Prefer";
  private static final String MAY_READ = "ETag, Location, Preference-Applied, Retry-After";
  private static final String REMEMBER_S = "600";

  private final Set<String> origins;
  private final RouteTable table;

  CrossOrigin(@Value("${" + ORIGINS + "}") Set<String> origins, RouteTable table) {
    this.origins = Set.copyOf(origins);
    this.table = table;
  }

  @Override
  public int getOrder() {
    return Ordered.HIGHEST_PRECEDENCE + 1;
  }

  /** Answers the question that a browser asks before a call; everything else goes on. */
  @RequestFilter
  @Nullable HttpResponse<?> preflight(HttpRequest<?> request) {
    boolean asks =
        request.getMethod() == HttpMethod.OPTIONS
            && request.getHeaders().contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
    Set<String> methods = table.methodsAt(RouteTable.path(request));
    if (!asks || methods.isEmpty() || !isAllowed(request)) {
      return null;
    }
    MutableHttpResponse<?> answer =
        HttpResponse.noContent()
            .header(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, String.join(", ", methods))
            .header(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, MAY_SEND)
            .header(HttpHeaders.ACCESS_CONTROL_MAX_AGE, REMEMBER_S);
    // The framework does not pass it to the response filter of the same bean.
    allow(request, answer);
    return answer;
  }

  @ResponseFilter
  void allow(HttpRequest<?> request, MutableHttpResponse<?> response) {
    response.getHeaders().set(HttpHeaders.VARY, HttpHeaders.ORIGIN);
    if (isAllowed(request)) {
      response
          .getHeaders()
          .set(
              HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, request.getHeaders().get(HttpHeaders.ORIGIN))
          .set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, MAY_READ);
    }
  }

  private boolean isAllowed(HttpRequest<?> request) {
    String origin = request.getHeaders().get(HttpHeaders.ORIGIN);
    return origin != null && origins.contains(origin);
  }
}
