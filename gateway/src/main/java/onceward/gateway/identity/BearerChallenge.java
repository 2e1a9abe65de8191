package onceward.gateway.identity;

import io.micronaut.http.HttpRequest;
import io.micronaut.security.authentication.WwwAuthenticateChallengeProvider;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Tells a rejected caller which scheme to use; never why a token was refused. */
@Singleton
final class BearerChallenge implements WwwAuthenticateChallengeProvider<HttpRequest<?>> {

  @Override
  public String getWwwAuthenticateChallenge(@Nullable HttpRequest<?> request) {
    return "Bearer";
  }
}
