package onceward.auth.session;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Value;
import io.micronaut.context.exceptions.ConfigurationException;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.Optional;
import onceward.accesstoken.AccessTokenVerifier;
import onceward.messaging.start.Setting;
import org.jspecify.annotations.Nullable;

/**
 * The key that signs access tokens: one private JWK on the curve P-256, with a key id, in the file
 * that {@code auth.signing-key-file} names. Programs that verify get its public half over HTTP.
 */
@Factory
public final class SigningKeys {

  private static final String PROPERTY = "auth.signing-key-file";
  private static final String ALLOWED =
      "a file with one private EC key (P-256) as JWK, with \"kid\"";

  /** The check of the key file, before the service starts. */
  public static final Setting SETTING = new Setting(PROPERTY, true, ALLOWED, SigningKeys::refusal);

  /** The key, in a type whose text does not contain it. */
  record SigningKey(ECKey key) {

    @Override
    public String toString() {
      return "SigningKey " + key.getKeyID();
    }
  }

  @Context
  SigningKey signingKey(@Value("${auth.signing-key-file}") Path file) {
    return read(file);
  }

  private static Optional<String> refusal(String file) {
    try {
      read(Path.of(file));
      return Optional.empty();
    } catch (InvalidPathException noPath) {
      return Optional.of(refused(file, "it is no path"));
    } catch (ConfigurationException unusable) {
      return Optional.ofNullable(unusable.getMessage());
    }
  }

  private static SigningKey read(Path file) {
    try {
      var key = JWK.parse(Files.readString(file)).toECKey();
      if (!Curve.P_256.equals(key.getCurve()) || !key.isPrivate() || key.getKeyID() == null) {
        throw unusable(file, "it is not a private P-256 key with a kid", null);
      }
      return new SigningKey(key);
    } catch (IOException unreadable) {
      throw unusable(file, "it cannot be read", unreadable);
    } catch (ParseException | ClassCastException notAKey) {
      throw unusable(file, "it is not an EC key in JWK form", null);
    }
  }

  @Singleton
  AccessTokenVerifier verifier(@Value("${auth.issuer}") String issuer, SigningKey signing) {
    return new AccessTokenVerifier(
        issuer, new ImmutableJWKSet<>(new JWKSet(signing.key().toPublicJWK())));
  }

  private static ConfigurationException unusable(
      Path file, String reason, @Nullable Throwable cause) {
    return new ConfigurationException(refused(file.toString(), reason), cause);
  }

  private static String refused(String file, String reason) {
    return "%s is '%s', but %s; allowed: %s".formatted(PROPERTY, file, reason, ALLOWED);
  }
}
