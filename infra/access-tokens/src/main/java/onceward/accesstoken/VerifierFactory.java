package onceward.accesstoken;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.net.URI;

/**
 * Makes the verifier of a program that is configured with {@code auth-service.url} and {@code
 * auth.issuer}: it fetches keys from that address. auth-service has the key, and makes a verifier
 * of its own.
 */
@Factory
@Requires(property = "auth-service.url")
final class VerifierFactory {

  @Singleton
  AccessTokenVerifier accessTokenVerifier(
      @Property(name = "auth.issuer") String issuer,
      @Property(name = "auth-service.url") URI authService) {
    return new AccessTokenVerifier(issuer, PublishedKeys.of(authService));
  }
}
