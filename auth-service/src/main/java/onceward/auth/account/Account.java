package onceward.auth.account;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An account without its password.
 *
 * @param reason why it was rejected, in a word for programs; null otherwise
 */
public record Account(UUID id, String loginId, AccountStatus status, @Nullable String reason) {}
