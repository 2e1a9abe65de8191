package onceward.auth.session;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.UUID;
import onceward.accesstoken.AccessTokenVerifier;
import onceward.auth.session.SigningKeys.SigningKey;

/**
 * Issues access tokens: JWTs signed with ES256, of the type {@code at+jwt} (RFC 9068). They live
 * for a short time, because they cannot be revoked. Safe for use by many threads.
 */
@Singleton
final class AccessTokens {

  static final Duration LIFETIME = Duration.ofMinutes(5);

  private final String issuer;
  private final JWSHeader header;
  private final JWSSigner signer;

  AccessTokens(@Value("${auth.issuer}") String issuer, SigningKey signing) throws JOSEException {
    this.issuer = issuer;
    this.header =
        new JWSHeader.Builder(JWSAlgorithm.ES256)
            .type(AccessTokenVerifier.TYPE)
            .keyID(signing.key().getKeyID())
            .build();
    this.signer = new ECDSASigner(signing.key());
  }

  /** A token for one session of one account. */
  String issue(UUID accountId, UUID sessionId) {
    var now = Instant.now();
    var claims =
        new JWTClaimsSet.Builder()
            .issuer(issuer)
            .audience(AccessTokenVerifier.AUDIENCE)
            .subject(accountId.toString())
            .claim("sid", sessionId.toString())
            .jwtID(UUID.randomUUID().toString())
            .issueTime(Date.from(now))
            .notBeforeTime(Date.from(now))
            .expirationTime(Date.from(now.plus(LIFETIME)))
            .build();
    var token = new SignedJWT(header, claims);
    try {
      token.sign(signer);
    } catch (JOSEException impossible) {
      throw new IllegalStateException("the signing key was checked at start", impossible);
    }
    return token.serialize();
  }
}
