package onceward.gateway.me;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpRequest;
import io.micronaut.http.client.exceptions.HttpClientResponseException;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Duration;
import onceward.gateway.problem.ProblemException;
import onceward.gateway.problem.ProblemType;
import onceward.gateway.routing.Upstream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** Asks the two services about the caller, with the caller's token. */
@Singleton
final class MeUpstreams {
  /** After this time the gateway answers with the account alone. */
  static final Duration PROFILE_WAIT_MAX = Duration.ofSeconds(2);

  /** After this time the gateway answers 503: there is no answer without the account. */
  static final Duration ACCOUNT_WAIT_MAX = Duration.ofSeconds(5);

  private static final Logger log = LoggerFactory.getLogger(MeUpstreams.class);

  private final Upstream authService;
  private final Upstream userService;

  MeUpstreams(
      @Named("auth-service") Upstream authService, @Named("user-service") Upstream userService) {
    this.authService = authService;
    this.userService = userService;
  }

  /** The account. Fails with 401 if auth-service refuses the caller, otherwise with 503. */
  Mono<Account> account(HttpRequest<?> caller) {
    return authService
        .call(ACCOUNT_WAIT_MAX, client -> client.retrieve(ask("/v1/me", caller), Account.class))
        .onErrorMap(MeUpstreams::withoutAccount);
  }

  /** The profile, or the reason why there is none; never fails. */
  Mono<ProfileAnswer> profile(HttpRequest<?> caller) {
    return userService
        .call(
            PROFILE_WAIT_MAX,
            client -> client.retrieve(ask("/v1/me/profile", caller), Profile.class))
        .<ProfileAnswer>map(ProfileAnswer.Found::new)
        .onErrorResume(failure -> Mono.just(withoutProfile(failure)));
  }

  private static MutableHttpRequest<?> ask(String path, HttpRequest<?> caller) {
    MutableHttpRequest<?> request = HttpRequest.GET(path);
    caller
        .getHeaders()
        .getAll(HttpHeaders.AUTHORIZATION)
        .forEach(value -> request.header(HttpHeaders.AUTHORIZATION, value));
    return request;
  }

  private static ProblemException withoutAccount(Throwable failure) {
    if (statusOf(failure) == HttpStatus.UNAUTHORIZED.getCode()) {
      return new ProblemException(ProblemType.UNAUTHENTICATED);
    }
    if (failure instanceof ProblemException busy) {
      return busy;
    }
    log.warn(
        "auth-service did not answer for the account of a caller, who gets 503: {}",
        failure.toString());
    return new ProblemException(
        ProblemType.UPSTREAM_UNAVAILABLE, "auth-service gives no answer; try again later.");
  }

  private static ProfileAnswer withoutProfile(Throwable failure) {
    if (statusOf(failure) == HttpStatus.NOT_FOUND.getCode()) {
      return new ProfileAnswer.None();
    }
    log.warn(
        "user-service did not answer for the profile of a caller, who gets the account alone: {}",
        failure.toString());
    return new ProfileAnswer.Unavailable();
  }

  private static int statusOf(Throwable failure) {
    return failure instanceof HttpClientResponseException answer ? answer.code() : 0;
  }
}
