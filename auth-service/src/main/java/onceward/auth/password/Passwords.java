package onceward.auth.password;

import com.password4j.Argon2Function;
import com.password4j.Password;
import com.password4j.types.Argon2;
import jakarta.inject.Singleton;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Hashes passwords with Argon2id and checks them, in the PHC string format, with 16 bytes of random
 * salt.
 *
 * <p>Each hash takes memory and a core for tens of milliseconds. So a limited number run at once,
 * and the others wait for a limited time. Safe for use by many threads.
 */
@Singleton
public final class Passwords {

  private static final int HASH_BYTES = 32;
  private static final int SALT_BYTES = 16;

  private final PasswordConfiguration configuration;
  private final Argon2Function argon2id;
  private final Semaphore turns;
  private final String nobodysHash;

  Passwords(PasswordConfiguration configuration) {
    this.configuration = configuration;
    this.argon2id =
        Argon2Function.getInstance(
            configuration.memoryKib(), configuration.iterations(), 1, HASH_BYTES, Argon2.ID);
    this.turns = new Semaphore(configuration.concurrencyMax(), true);
    this.nobodysHash = hash("nobody has this password");
  }

  /**
   * The hash to store.
   *
   * @throws TooBusyException if no place becomes free in time
   */
  public String hash(String password) {
    return inTurn(
        () -> Password.hash(password).addRandomSalt(SALT_BYTES).with(argon2id).getResult());
  }

  /**
   * Whether the password belongs to the hash. Without a hash the answer is no, after as much work
   * as with one, so that the time does not reveal whether an account exists.
   *
   * @throws TooBusyException if no place becomes free in time
   */
  public boolean matches(String password, @Nullable String hash) {
    var stored = hash == null ? nobodysHash : hash;
    var function = Argon2Function.getInstanceFromHash(stored);
    return inTurn(() -> Password.check(password, stored).with(function)) && hash != null;
  }

  private <T> T inTurn(Supplier<T> work) {
    try {
      if (!turns.tryAcquire(configuration.waitMax().toMillis(), TimeUnit.MILLISECONDS)) {
        throw new TooBusyException();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new TooBusyException();
    }
    try {
      return work.get();
    } finally {
      turns.release();
    }
  }
}
