package onceward.auth.password;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * The limits of password hashing.
 *
 * <p>19,456 KiB and two passes are the least that OWASP's Password Storage Cheat Sheet advises for
 * Argon2id with one lane.
 *
 * @param memoryKib memory per hash, in KiB
 * @param iterations passes over that memory
 * @param concurrencyMax hashes at once; this times {@code memoryKib} bounds the memory
 * @param waitMax how long a request may wait for a free place before it is refused
 */
@ConfigurationProperties("auth.password")
record PasswordConfiguration(
    @Bindable(defaultValue = "19456") int memoryKib,
    @Bindable(defaultValue = "2") int iterations,
    @Bindable(defaultValue = "3") int concurrencyMax,
    @Bindable(defaultValue = "10s") Duration waitMax) {}
