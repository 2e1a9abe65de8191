package onceward.auth.registration;

import io.micronaut.http.HttpStatus;
import io.micronaut.http.exceptions.HttpStatusException;
import io.micronaut.management.endpoint.annotation.Endpoint;
import io.micronaut.management.endpoint.annotation.Read;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import onceward.auth.account.AccountStatus;
import onceward.auth.account.Accounts;
import onceward.auth.account.SignUp;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /sagas}: sign-ups by state, oldest first; those that have not ended, unless asked for
 * others. {@code olderThanSeconds} leaves out younger ones, {@code after} goes on behind the id of
 * the last one of an answer, which holds no more than a hundred.
 *
 * <p>Sensitive: ids of accounts, but nothing of the people.
 */
@Endpoint(id = "sagas", defaultSensitive = true)
@ExecuteOn(TaskExecutors.BLOCKING)
final class SagasEndpoint {

  private static final int SAGAS_MAX = 100;

  private final Accounts accounts;

  SagasEndpoint(Accounts accounts) {
    this.accounts = accounts;
  }

  @Read
  Map<String, Object> sagas(
      @Nullable String state, @Nullable Long olderThanSeconds, @Nullable UUID after) {
    var age = olderThanSeconds == null ? 0 : olderThanSeconds;
    if (age < 0) {
      throw refused("olderThanSeconds is %d; allowed are 0 and more".formatted(age));
    }
    var found = accounts.signUps(status(state), Duration.ofSeconds(age), after, SAGAS_MAX);
    return Map.of("sagas", found.stream().map(SagasEndpoint::report).toList());
  }

  private static AccountStatus status(@Nullable String state) {
    if (state == null) {
      return AccountStatus.PENDING;
    }
    return Arrays.stream(AccountStatus.values())
        .filter(status -> status.name().equals(state.toUpperCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(() ->
            refused(
                "state is '%s'; allowed are %s".formatted(state, List.of(AccountStatus.values()))));
  }

  private static Map<String, Object> report(SignUp signUp) {
    var report = new LinkedHashMap<String, Object>();
    report.put("saga", "sign-up");
    report.put("id", signUp.accountId());
    report.put("state", signUp.status());
    report.put("startedAt", signUp.startedAt());
    report.put("ageSeconds", signUp.ageSeconds());
    report.put("deadline", signUp.deadline());
    report.put("overdue", signUp.overdue());
    report.put("reason", signUp.reason());
    report.values().removeIf(value -> value == null);
    return report;
  }

  private static HttpStatusException refused(String why) {
    return new HttpStatusException(HttpStatus.BAD_REQUEST, why);
  }
}
