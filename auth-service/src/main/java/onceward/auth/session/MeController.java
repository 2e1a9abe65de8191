package onceward.auth.session;

import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.exceptions.HttpStatusException;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import io.micronaut.serde.annotation.Serdeable;
import java.security.Principal;
import java.util.UUID;
import onceward.auth.account.AccountStatus;
import onceward.auth.account.Accounts;

/** The account of the caller, by the access token. */
@Controller("/v1/me")
@Secured(SecurityRule.IS_AUTHENTICATED)
@ExecuteOn(TaskExecutors.BLOCKING)
class MeController {

  private final Accounts accounts;

  MeController(Accounts accounts) {
    this.accounts = accounts;
  }

  @Serdeable
  record MyAccount(UUID accountId, String loginId, AccountStatus status) {}

  @Get
  MyAccount me(Principal principal) {
    return accounts
        .find(UUID.fromString(principal.getName()))
        .map(account -> new MyAccount(account.id(), account.loginId(), account.status()))
        .orElseThrow(() -> new HttpStatusException(HttpStatus.NOT_FOUND, "no such account"));
  }
}
