package onceward.gateway.routing;

import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpVersion;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import java.util.Locale;

/**
 * Closes the connection after the answer if the caller asked for that. The server does not: it
 * reads the request's headers only when it answers. The forwarded request shares these headers, so
 * by then they describe the connection to the service.
 */
@ServerFilter({"/v1/**", "/.well-known/**"})
final class CallerConnection implements Ordered {
  private static final String CLOSE = "close";
  private static final String ENDS = "onceward.connection.ends";

  @Override
  public int getOrder() {
    return Ordered.HIGHEST_PRECEDENCE;
  }

  @RequestFilter
  void remember(HttpRequest<?> request) {
    boolean asked =
        request.getHeaders().getAll(HttpHeaders.CONNECTION).stream()
            .anyMatch(value -> value.toLowerCase(Locale.ROOT).contains(CLOSE));
    request.setAttribute(ENDS, asked || request.getHttpVersion() == HttpVersion.HTTP_1_0);
  }

  @ResponseFilter
  void end(HttpRequest<?> request, MutableHttpResponse<?> response) {
    if (request.getAttribute(ENDS, Boolean.class).orElse(false)) {
      response.getHeaders().set(HttpHeaders.CONNECTION, CLOSE);
    }
  }
}
