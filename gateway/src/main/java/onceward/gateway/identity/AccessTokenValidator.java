package onceward.gateway.identity;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.token.validator.TokenValidator;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import onceward.gateway.routing.RouteTable;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Micronaut Security's way to the {@link AccessTokenVerifier}. Looks at tokens only where a route
 * needs one: a stale token must not keep anyone from logging in again.
 */
@Singleton
final class AccessTokenValidator implements TokenValidator<HttpRequest<?>> {
  private final AccessTokenVerifier verifier;
  private final RouteTable table;
  private final Scheduler blocking;

  AccessTokenValidator(
      AccessTokenVerifier verifier,
      RouteTable table,
      @Named(TaskExecutors.BLOCKING) ExecutorService blocking) {
    this.verifier = verifier;
    this.table = table;
    this.blocking = Schedulers.fromExecutorService(blocking);
  }

  @Override
  public Publisher<Authentication> validateToken(String token, @Nullable HttpRequest<?> request) {
    if (request == null || !table.needsToken(request) || !isOnlyOne(request)) {
      return Mono.empty();
    }
    return Mono.fromCallable(() -> authentication(token))
        .flatMap(Mono::justOrEmpty)
        .subscribeOn(blocking);
  }

  // Of two tokens the gateway might check one and a service the other.
  private static boolean isOnlyOne(HttpRequest<?> request) {
    return request.getHeaders().getAll(HttpHeaders.AUTHORIZATION).size() == 1;
  }

  private Optional<Authentication> authentication(String token) {
    return verifier
        .verify(token)
        .map(claims -> Authentication.build(claims.getSubject(), claims.getClaims()));
  }
}
