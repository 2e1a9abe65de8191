package onceward.accesstoken;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpRequest;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.token.validator.TokenValidator;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Connects Micronaut Security with the {@link AccessTokenVerifier}: a caller with a valid token is
 * the account that the token's subject names. Verifies off the event loop, because it may have to
 * fetch keys.
 *
 * <p>Thread-safe.
 */
@Singleton
@Requires(bean = AccessTokenVerifier.class)
public class BearerTokens implements TokenValidator<HttpRequest<?>> {

  private final AccessTokenVerifier verifier;
  private final Scheduler blocking;

  /** Verifies on the given threads. */
  public BearerTokens(
      AccessTokenVerifier verifier, @Named(TaskExecutors.BLOCKING) ExecutorService blocking) {
    this.verifier = verifier;
    this.blocking = Schedulers.fromExecutorService(blocking);
  }

  @Override
  public Publisher<Authentication> validateToken(String token, @Nullable HttpRequest<?> request) {
    return Mono.fromCallable(() -> verifier.verify(token))
        .flatMap(Mono::justOrEmpty)
        .map(claims -> Authentication.build(claims.getSubject(), claims.getClaims()))
        .subscribeOn(blocking);
  }
}
