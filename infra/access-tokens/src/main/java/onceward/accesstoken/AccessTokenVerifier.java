package onceward.accesstoken;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimNames;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.text.ParseException;
import java.util.Optional;
import java.util.Set;

/**
 * Decides whether a text is a valid access token: signed with ES256 by a published key, header type
 * {@code at+jwt}, exact issuer and audience, within its time. No content of a token influences how
 * the token is checked.
 *
 * <p>Thread-safe. Blocks while keys are fetched.
 */
public final class AccessTokenVerifier {
  /** The audience of access tokens. */
  public static final String AUDIENCE = "onceward";

  /** The type that an access token names in its header (RFC 9068, section 2.1). */
  public static final JOSEObjectType TYPE = new JOSEObjectType("at+jwt");

  /** How much the clocks of two machines may differ. */
  static final int CLOCK_SKEW_SECONDS_MAX = 10;

  // A header with keys, addresses of keys or extensions (jwk, jku, x5u, crit, b64 …) is refused.
  private static final Set<String> HEADERS = Set.of("alg", "kid", "typ");
  private static final Set<String> CLAIMS =
      Set.of(JWTClaimNames.SUBJECT, JWTClaimNames.EXPIRATION_TIME, JWTClaimNames.ISSUED_AT);

  private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

  /**
   * Verifies tokens of one issuer.
   *
   * @param issuer the exact issuer that a token must name
   * @param keys the public keys of that issuer
   */
  public AccessTokenVerifier(String issuer, JWKSource<SecurityContext> keys) {
    processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(TYPE));
    processor.setJWSKeySelector(new JWSVerificationKeySelector<>(JWSAlgorithm.ES256, keys));
    processor.setJWTClaimsSetVerifier(claimsOf(issuer));
  }

  /**
   * The claims of a valid access token, or empty for any other string.
   *
   * @throws KeysUnavailableException while no keys are known at all
   */
  public Optional<JWTClaimsSet> verify(String token) {
    try {
      SignedJWT jwt = SignedJWT.parse(token);
      return hasOurHeader(jwt.getHeader())
          ? Optional.of(processor.process(jwt, (SecurityContext) null))
          : Optional.empty();
    } catch (ParseException | BadJOSEException | JOSEException notOurs) {
      return Optional.empty();
    }
  }

  private static boolean hasOurHeader(JWSHeader header) {
    return header.getKeyID() != null && HEADERS.containsAll(header.getIncludedParams());
  }

  private static DefaultJWTClaimsVerifier<SecurityContext> claimsOf(String issuer) {
    JWTClaimsSet exactly = new JWTClaimsSet.Builder().issuer(issuer).build();
    DefaultJWTClaimsVerifier<SecurityContext> claims =
        new DefaultJWTClaimsVerifier<>(AUDIENCE, exactly, CLAIMS);
    claims.setMaxClockSkew(CLOCK_SKEW_SECONDS_MAX);
    return claims;
  }
}
