package onceward.gateway.identity;

import io.micronaut.context.annotation.Replaces;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.security.authentication.Authentication;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.concurrent.ExecutorService;
import onceward.accesstoken.AccessTokenVerifier;
import onceward.accesstoken.BearerTokens;
import onceward.accesstoken.KeysUnavailableException;
import onceward.gateway.problem.ProblemException;
import onceward.gateway.problem.ProblemType;
import onceward.gateway.routing.RouteTable;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * Verifies a token only if the route needs one: an expired token must not prevent its owner from
 * logging in again.
 */
@Singleton
@Replaces(BearerTokens.class)
final class RoutedBearerTokens extends BearerTokens {
  private final RouteTable table;

  RoutedBearerTokens(
      AccessTokenVerifier verifier,
      RouteTable table,
      @Named(TaskExecutors.BLOCKING) ExecutorService blocking) {
    super(verifier, blocking);
    this.table = table;
  }

  @Override
  public Publisher<Authentication> validateToken(String token, @Nullable HttpRequest<?> request) {
    if (request == null || !table.needsToken(request) || !isOnlyOne(request)) {
      return Mono.empty();
    }
    return Mono.from(super.validateToken(token, request))
        .onErrorMap(KeysUnavailableException.class, RoutedBearerTokens::unavailable);
  }

  // With two tokens, the gateway might check one and a service the other.
  private static boolean isOnlyOne(HttpRequest<?> request) {
    return request.getHeaders().getAll(HttpHeaders.AUTHORIZATION).size() == 1;
  }

  private static ProblemException unavailable(KeysUnavailableException keys) {
    return new ProblemException(
        ProblemType.UPSTREAM_UNAVAILABLE, String.valueOf(keys.getMessage()));
  }
}
