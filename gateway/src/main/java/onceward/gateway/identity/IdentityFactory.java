package onceward.gateway.identity;

import com.nimbusds.jose.jwk.JWKSet;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import jakarta.inject.Singleton;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.time.InstantSource;

/** Puts the verifier together from the settings. */
@Factory
final class IdentityFactory {
  private static final int CONNECT_TIMEOUT_MS = 1_000;
  private static final int READ_TIMEOUT_MS = 2_000;
  private static final int KEY_SET_BYTES_MAX = 64 * 1024;

  @Singleton
  AccessTokenVerifier accessTokenVerifier(
      @Property(name = "auth.issuer") String issuer,
      @Property(name = "auth-service.url") URI authService)
      throws MalformedURLException {
    URL keySet = authService.resolve("/.well-known/jwks.json").toURL();
    SigningKeys keys =
        new SigningKeys(
            () -> JWKSet.load(keySet, CONNECT_TIMEOUT_MS, READ_TIMEOUT_MS, KEY_SET_BYTES_MAX),
            InstantSource.system());
    return new AccessTokenVerifier(issuer, keys);
  }
}
