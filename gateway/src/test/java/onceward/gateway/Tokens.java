package onceward.gateway;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Instant;
import java.util.Date;
import java.util.function.UnaryOperator;

/** Signs tokens as auth-service does, and as attackers would. */
public final class Tokens {
  public static final String ISSUER = "https://id.example.test";

  private Tokens() {}

  public static ECKey key(String keyId) {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID(keyId).algorithm(JWSAlgorithm.ES256).generate();
    } catch (JOSEException failure) {
      throw new IllegalStateException(failure);
    }
  }

  public static String keySet(ECKey... keys) {
    return new JWKSet(java.util.List.<com.nimbusds.jose.jwk.JWK>of(keys))
        .toPublicJWKSet()
        .toString();
  }

  public static JWSHeader.Builder header(ECKey key) {
    return new JWSHeader.Builder(JWSAlgorithm.ES256)
        .type(new JOSEObjectType("at+jwt"))
        .keyID(key.getKeyID());
  }

  public static JWTClaimsSet.Builder claims() {
    Instant now = Instant.now();
    return new JWTClaimsSet.Builder()
        .issuer(ISSUER)
        .audience("onceward")
        .subject("0198f000-0000-7000-8000-000000000001")
        .jwtID("0198f000-0000-7000-8000-000000000002")
        .issueTime(Date.from(now))
        .notBeforeTime(Date.from(now))
        .expirationTime(Date.from(now.plusSeconds(300)));
  }

  public static String valid(ECKey key) {
    return signed(key, header(key), claims());
  }

  public static String with(ECKey key, UnaryOperator<JWTClaimsSet.Builder> change) {
    return signed(key, header(key), change.apply(claims()));
  }

  public static String signed(ECKey key, JWSHeader.Builder header, JWTClaimsSet.Builder claims) {
    try {
      SignedJWT jwt = new SignedJWT(header.build(), claims.build());
      jwt.sign(new ECDSASigner(key));
      return jwt.serialize();
    } catch (JOSEException failure) {
      throw new IllegalStateException(failure);
    }
  }
}
