package onceward.gateway.me;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The caller's account and profile.
 *
 * @param profile null if there is none, or if {@code degraded} names it
 * @param degraded the parts that could not be fetched; absent if all could
 */
@Serdeable
record Me(
    String accountId,
    String loginId,
    String status,
    @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Profile profile,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<String> degraded) {

  static Me of(Account account, ProfileAnswer answer) {
    return switch (answer) {
      case ProfileAnswer.Found(Profile profile) -> me(account, profile, null);
      case ProfileAnswer.None() -> me(account, null, null);
      case ProfileAnswer.Unavailable() -> me(account, null, List.of("profile"));
    };
  }

  private static Me me(
      Account account, @Nullable Profile profile, @Nullable List<String> degraded) {
    return new Me(account.accountId(), account.loginId(), account.status(), profile, degraded);
  }
}
