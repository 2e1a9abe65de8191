package onceward.auth.registration;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.exceptions.HttpStatusException;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.Valid;
import java.net.URI;
import java.text.Normalizer;
import java.util.List;
import java.util.UUID;
import onceward.auth.account.Account;
import onceward.auth.account.AccountStatus;
import onceward.auth.account.Accounts;
import onceward.auth.password.PasswordRules;
import onceward.auth.password.Passwords;
import onceward.problem.InvalidFieldException;
import org.jspecify.annotations.Nullable;

/** The HTTP API of the sign-up: register an account, and read its state. */
@Controller("/v1/accounts")
@Secured(SecurityRule.IS_ANONYMOUS)
@ExecuteOn(TaskExecutors.BLOCKING)
class RegistrationController {

  private final Accounts accounts;
  private final Passwords passwords;
  private final PasswordRules rules;
  private final PhoneNumbers phoneNumbers;
  private final RegisterAccount registerAccount;
  private final AwaitSettlement awaitSettlement;

  RegistrationController(
      Accounts accounts,
      Passwords passwords,
      PasswordRules rules,
      PhoneNumbers phoneNumbers,
      RegisterAccount registerAccount,
      AwaitSettlement awaitSettlement) {
    this.accounts = accounts;
    this.passwords = passwords;
    this.rules = rules;
    this.phoneNumbers = phoneNumbers;
    this.registerAccount = registerAccount;
    this.awaitSettlement = awaitSettlement;
  }

  @Serdeable
  record AccountView(UUID accountId, AccountStatus status, @Nullable String reason) {

    static AccountView of(Account account) {
      return new AccountView(account.id(), account.status(), account.reason());
    }
  }

  @Post
  HttpResponse<AccountView> register(@Body @Valid RegistrationRequest request) {
    var contact = contact(request);
    rules
        .refusal(request.password(), List.of(request.loginId(), contact.name(), contact.email()))
        .ifPresent(why -> {
          throw new InvalidFieldException("password", why);
        });
    // Hashes before the transaction opens: a hash takes tens of milliseconds, and no row should be
    // locked for that long.
    var hash = hash(request);
    var id =
        registerAccount
            .register(request.loginId(), hash, contact)
            .orElseThrow(RegistrationController::taken);
    return HttpResponse.created(
        new AccountView(id, AccountStatus.PENDING, null), URI.create("/v1/accounts/" + id));
  }

  @Get("/{accountId}")
  HttpResponse<AccountView> find(UUID accountId, @Header("Prefer") @Nullable String prefer)
      throws InterruptedException {
    var wait = PreferWait.of(prefer);
    var account =
        awaitSettlement
            .find(accountId, wait.duration())
            .orElseThrow(() -> new HttpStatusException(HttpStatus.NOT_FOUND, "no such account"));
    return wait.applyTo(HttpResponse.ok(AccountView.of(account)));
  }

  /** Hashes nothing for a login id that is taken, so that such sign-ups do not fill the queue. */
  private String hash(RegistrationRequest request) {
    try (var place = passwords.takePlace()) {
      if (accounts.isTaken(request.loginId())) {
        throw taken();
      }
      return place.hash(request.password());
    }
  }

  private static HttpStatusException taken() {
    return new HttpStatusException(HttpStatus.CONFLICT, "this login id is taken");
  }

  private ContactDetails contact(RegistrationRequest request) {
    return new ContactDetails(
        Normalizer.normalize(request.name().strip(), Normalizer.Form.NFC),
        EmailAddresses.normalize(request.email()).orElseThrow(),
        phoneNumbers.normalize(request.phone()).orElseThrow());
  }
}
