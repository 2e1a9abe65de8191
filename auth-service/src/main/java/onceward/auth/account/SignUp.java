package onceward.auth.account;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The state of one sign-up saga, which is that of its account.
 *
 * @param deadline when it is given up; null once it has ended
 * @param reason why it was rejected; null if it was not
 * @param ageSeconds since it began, by the database's clock
 * @param overdue whether the deadline has passed, by the same clock
 */
public record SignUp(
    UUID accountId,
    AccountStatus status,
    Instant startedAt,
    @Nullable Instant deadline,
    @Nullable String reason,
    long ageSeconds,
    boolean overdue) {}
