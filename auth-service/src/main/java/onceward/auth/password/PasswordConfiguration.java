package onceward.auth.password;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The limits of password hashing.
 *
 * <p>19,456 KiB and two passes are the least that OWASP's Password Storage Cheat Sheet advises for
 * Argon2id with one lane. The program refuses to start with less.
 *
 * @param memoryKib memory per hash, in KiB
 * @param iterations passes over that memory
 * @param threads hashes at once; by default one less than the cores, at least one
 * @param queueMax how many requests may wait for a thread; the next one is refused at once
 * @param waitMax how long a request may wait for its hash before it is refused
 */
@ConfigurationProperties("auth.password")
record PasswordConfiguration(
    @Bindable(defaultValue = "19456") int memoryKib,
    @Bindable(defaultValue = "2") int iterations,
    @Nullable Integer threads,
    @Bindable(defaultValue = "32") int queueMax,
    @Bindable(defaultValue = "1500ms") Duration waitMax) {

  Argon2Cost cost() {
    return new Argon2Cost(memoryKib, iterations, 1);
  }

  int threadCount() {
    return threads == null ? HashingThreads.countMax() : threads;
  }
}
