package onceward.auth.session;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Value;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.security.token.jwt.endpoints.JwkProvider;
import io.micronaut.security.token.jwt.signature.ec.ECSignatureConfiguration;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.ECPublicKey;
import java.text.ParseException;
import java.util.List;

/**
 * The key that signs access tokens: one private JWK on the curve P-256, with a key id, in the file
 * that {@code auth.signing-key-file} names. The public half is served to whoever verifies.
 */
@Factory
final class SigningKeys {

  @Context
  ECKey signingKey(@Value("${auth.signing-key-file}") Path file) {
    try {
      var key = JWK.parse(Files.readString(file)).toECKey();
      if (!Curve.P_256.equals(key.getCurve()) || !key.isPrivate() || key.getKeyID() == null) {
        throw unusable(file, "it is not a private P-256 key with a kid", null);
      }
      return key;
    } catch (IOException unreadable) {
      throw unusable(file, "it cannot be read", unreadable);
    } catch (ParseException | ClassCastException notAKey) {
      throw unusable(file, "it is not an EC key in JWK form", null);
    }
  }

  @Singleton
  JwkProvider publishedKeys(ECKey key) {
    var published = new ECKey.Builder(key.toPublicJWK()).algorithm(JWSAlgorithm.ES256).build();
    return () -> List.of(published);
  }

  @Singleton
  ECSignatureConfiguration verification(ECKey key) throws JOSEException {
    var publicKey = key.toECPublicKey();
    return new ECSignatureConfiguration() {
      @Override
      public ECPublicKey getPublicKey() {
        return publicKey;
      }

      @Override
      public JWSAlgorithm getJwsAlgorithm() {
        return JWSAlgorithm.ES256;
      }
    };
  }

  private static ConfigurationException unusable(
      Path file, String reason, @org.jspecify.annotations.Nullable Throwable cause) {
    return new ConfigurationException(
        "auth.signing-key-file is '%s': %s. It must hold one private EC key (P-256) as JWK, with \"kid\""
            .formatted(file, reason),
        cause);
  }
}
