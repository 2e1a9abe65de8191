package onceward.gateway.identity;

import io.micronaut.http.HttpRequest;
import io.micronaut.security.authentication.WwwAuthenticateChallengeProvider;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Names the scheme to a rejected caller, and never the reason for the rejection. */
@Singleton
final class BearerChallenge implements WwwAuthenticateChallengeProvider<HttpRequest<?>> {

  @Override
  public String getWwwAuthenticateChallenge(@Nullable HttpRequest<?> request) {
    return "Bearer";
  }
}
