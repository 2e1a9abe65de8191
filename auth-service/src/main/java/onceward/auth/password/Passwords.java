package onceward.auth.password;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Context;
import jakarta.annotation.PreDestroy;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hashes passwords with Argon2id and checks them, in the PHC string format, with 16 bytes of random
 * salt.
 *
 * <p>Each hash takes memory and a core for tens of milliseconds. So few run at once, few wait, and
 * everybody else is refused at once. Safe for use by many threads.
 */
@Context
public final class Passwords {

  private static final Logger log = LoggerFactory.getLogger(Passwords.class);
  private static final int HASH_BYTES = 32;
  private static final int SALT_BYTES = 16;

  private final Argon2Cost cost;
  private final Argon2id argon2id;
  private final HashingThreads threads;
  private final Counter refusals;
  private final SecureRandom random = new SecureRandom();
  private final PasswordHash nobodysHash;

  Passwords(PasswordConfiguration configuration, Argon2id argon2id, MeterRegistry meters) {
    this.cost = configuration.cost();
    this.argon2id = argon2id;
    this.threads =
        new HashingThreads(
            configuration.threadCount(),
            configuration.queueMax(),
            configuration.waitMax(),
            LowPriority::take,
            why ->
                log.warn(
                    "passwords are hashed at the priority of all other work, so a flood of logins"
                        + " slows other calls down: {}",
                    why));
    this.refusals = meters.counter("auth.password.refused");
    // Of today's cost: an unknown login id takes as long as a known one.
    this.nobodysHash = compute("nobody has this password");
    log.info(
        "passwords are hashed by {}: {} KiB, {} passes, on {} threads, {} may wait",
        argon2id.description(),
        cost.memoryKib(),
        cost.iterations(),
        configuration.threadCount(),
        configuration.queueMax());
  }

  /**
   * Takes a place for the hashes of one request, before the request costs anything. Must be closed.
   *
   * @throws TooBusyException at once if none is free
   */
  public Place takePlace() {
    try {
      return new Place(threads.takePlace());
    } catch (TooBusyException busy) {
      refusals.increment();
      throw busy;
    }
  }

  /** The most threads that leave a core to everything else, and at least one. */
  public static int threadsMax() {
    return HashingThreads.countMax();
  }

  @PreDestroy
  void close() {
    threads.close();
  }

  /** The right of one request to have passwords hashed, one after the other. */
  public final class Place implements AutoCloseable {

    private final Runnable giveBack;

    private Place(Runnable giveBack) {
      this.giveBack = giveBack;
    }

    /**
     * The hash to store.
     *
     * @throws TooBusyException if it is not computed in time
     */
    public String hash(String password) {
      return threads.compute(() -> compute(password)).phc();
    }

    /**
     * Whether the password belongs to the hash. Without a hash the answer is no, after as much work
     * as with one, so that the time does not reveal whether an account exists.
     *
     * @throws TooBusyException if it is not computed in time
     */
    public boolean matches(String password, @Nullable String phc) {
      var stored = phc == null ? nobodysHash : PasswordHash.parse(phc);
      return threads.compute(() -> isOf(password, stored)) && phc != null;
    }

    /**
     * The hash of today's cost for a password that matches, if the stored one has another cost.
     *
     * @throws TooBusyException if it is not computed in time
     */
    public Optional<String> renewed(String password, String phc) {
      return PasswordHash.parse(phc).cost().equals(cost)
          ? Optional.empty()
          : Optional.of(hash(password));
    }

    @Override
    public void close() {
      giveBack.run();
    }
  }

  private PasswordHash compute(String password) {
    var salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    return new PasswordHash(
        cost, salt, argon2id.hash(password.getBytes(UTF_8), salt, cost, HASH_BYTES));
  }

  private boolean isOf(String password, PasswordHash stored) {
    var computed =
        argon2id.hash(password.getBytes(UTF_8), stored.salt(), stored.cost(), stored.hash().length);
    return MessageDigest.isEqual(computed, stored.hash());
  }
}
