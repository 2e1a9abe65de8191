package onceward.problem;

import io.micronaut.context.annotation.Value;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Headers of every answer: no cache keeps it unless the answer itself says so, because it may hold
 * a credential or data of one person; no browser guesses its type. Behind TLS, {@code
 * http.strict-transport-security-max-age} makes browsers use nothing else.
 */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
final class SafeHeaders implements Ordered {

  private final @Nullable String strictTransport;

  SafeHeaders(@Value("${http.strict-transport-security-max-age:0s}") Duration maxAge) {
    this.strictTransport =
        maxAge.isZero() ? null : "max-age=" + maxAge.toSeconds() + "; includeSubDomains";
  }

  @Override
  public int getOrder() {
    return Ordered.HIGHEST_PRECEDENCE;
  }

  @ResponseFilter
  void mark(MutableHttpResponse<?> response) {
    var headers = response.getHeaders();
    if (!headers.contains(HttpHeaders.CACHE_CONTROL)) {
      headers.set(HttpHeaders.CACHE_CONTROL, "no-store");
    }
    headers.set("X-Content-Type-Options", "nosniff");
    if (strictTransport != null) {
      headers.set("Strict-Transport-Security", strictTransport);
    }
  }
}
