package onceward.accesstoken;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The public keys of auth-service. They are fetched when first needed, so that a program starts
 * without auth-service, and kept when a later fetch fails, so that an outage logs nobody out.
 *
 * <p>Thread-safe. While keys are known, at most one caller waits for a fetch; the others use the
 * known keys.
 */
final class PublishedKeys implements JWKSource<SecurityContext> {
  /** The age at which keys are fetched again: a withdrawn key is accepted this long. */
  static final Duration FRESH_FOR = Duration.ofSeconds(60);

  /** At most one fetch in this time for unknown key ids, which may be new keys or an attack. */
  static final Duration UNKNOWN_KEY_PATIENCE = Duration.ofSeconds(30);

  /** The time between two attempts while no keys are known. */
  static final Duration FIRST_KEYS_PATIENCE = Duration.ofSeconds(1);

  private static final int CONNECT_TIMEOUT_MS = 1_000;
  private static final int READ_TIMEOUT_MS = 2_000;
  private static final int KEY_SET_BYTES_MAX = 64 * 1024;

  private static final Logger log = LoggerFactory.getLogger(PublishedKeys.class);

  private final Fetch fetch;
  private final InstantSource clock;
  private final ReentrantLock fetching = new ReentrantLock();
  private volatile @Nullable JWKSet known;
  private volatile Instant attemptedAt = Instant.EPOCH;

  /** Gets the key set over the network; bounded in time. */
  @FunctionalInterface
  interface Fetch {
    JWKSet get() throws IOException, ParseException;
  }

  /**
   * The keys that auth-service publishes.
   *
   * @param authService its address, e.g. {@code http://127.0.0.1:8081}
   * @throws IllegalArgumentException if that is no address
   */
  static PublishedKeys of(URI authService) {
    var keySet = keySetUrl(authService);
    return new PublishedKeys(
        () -> JWKSet.load(keySet, CONNECT_TIMEOUT_MS, READ_TIMEOUT_MS, KEY_SET_BYTES_MAX),
        InstantSource.system());
  }

  private static URL keySetUrl(URI authService) {
    try {
      return authService.resolve("/.well-known/jwks.json").toURL();
    } catch (MalformedURLException noAddress) {
      throw new IllegalArgumentException(authService + " is no http address", noAddress);
    }
  }

  PublishedKeys(Fetch fetch, InstantSource clock) {
    this.fetch = fetch;
    this.clock = clock;
  }

  /**
   * The keys that the selector selects.
   *
   * @throws KeysUnavailableException while no keys could be fetched yet
   */
  @Override
  public List<JWK> get(JWKSelector selector, @Nullable SecurityContext context) {
    List<JWK> found = selector.select(keys(FRESH_FOR));
    return found.isEmpty() ? selector.select(keys(UNKNOWN_KEY_PATIENCE)) : found;
  }

  private JWKSet keys(Duration patience) {
    if (isDue(patience)) {
      refresh(patience);
    }
    JWKSet keys = known;
    if (keys == null) {
      throw new KeysUnavailableException();
    }
    return keys;
  }

  private boolean isDue(Duration patience) {
    Duration wait = known == null ? FIRST_KEYS_PATIENCE : patience;
    return !clock.instant().isBefore(attemptedAt.plus(wait));
  }

  private void refresh(Duration patience) {
    if (known == null) {
      fetching.lock();
    } else if (!fetching.tryLock()) {
      return;
    }
    try {
      if (isDue(patience)) {
        fetchKeys();
      }
    } finally {
      fetching.unlock();
    }
  }

  private void fetchKeys() {
    try {
      JWKSet fetched = fetch.get();
      if (fetched.isEmpty()) {
        log.warn("auth-service published no signing keys; keeping the last ones");
        return;
      }
      known = fetched;
    } catch (IOException | ParseException failure) {
      log.warn("signing keys not fetched, keeping the last ones: {}", failure.toString());
    } finally {
      attemptedAt = clock.instant();
    }
  }
}
