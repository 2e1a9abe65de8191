package onceward.auth.password;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses the native implementation where it loads and computes the right bytes. */
@Factory
final class Argon2Choice {

  private static final Logger log = LoggerFactory.getLogger(Argon2Choice.class);
  private static final Argon2Cost CHEAP = new Argon2Cost(64, 1, 1);
  private static final byte[] SAMPLE = "0123456789abcdef".getBytes(US_ASCII);
  private static final int SAMPLE_BYTES = 32;

  @Singleton
  Argon2id argon2id() {
    return of(new NativeArgon2id(), new JavaArgon2id());
  }

  static Argon2id of(Argon2id preferred, Argon2id fallback) {
    try {
      if (Arrays.equals(sample(preferred), sample(fallback))) {
        return preferred;
      }
      log.warn(
          "{} computes wrong hashes; using {}", preferred.description(), fallback.description());
    } catch (LinkageError | RuntimeException unusable) {
      // The library's exceptions name files of this machine, nothing secret.
      log.warn(
          "{} cannot be used, {} can: {}",
          preferred.description(),
          fallback.description(),
          unusable.toString());
    }
    return fallback;
  }

  private static byte[] sample(Argon2id implementation) {
    return implementation.hash(SAMPLE, SAMPLE, CHEAP, SAMPLE_BYTES);
  }
}
