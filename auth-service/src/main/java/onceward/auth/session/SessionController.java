package onceward.auth.session;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.exceptions.HttpStatusException;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Optional;
import onceward.auth.account.Accounts;
import onceward.auth.account.Accounts.Credentials;
import onceward.auth.guessing.CallerAddress;
import onceward.auth.guessing.LoginAttempts;
import onceward.auth.guessing.LoginAttempts.Attempt;
import onceward.auth.password.Passwords;
import onceward.auth.password.Passwords.Place;
import onceward.auth.password.TooBusyException;
import onceward.auth.session.Sessions.Continued;
import onceward.auth.session.Sessions.ProvenCredentials;

/** The HTTP API of logging in. Every refusal looks the same, whatever its cause. */
@Controller("/v1/sessions")
@Secured(SecurityRule.IS_ANONYMOUS)
@ExecuteOn(TaskExecutors.BLOCKING)
class SessionController {

  private final Accounts accounts;
  private final Passwords passwords;
  private final LoginAttempts attempts;
  private final Sessions sessions;
  private final AccessTokens accessTokens;

  SessionController(
      Accounts accounts,
      Passwords passwords,
      LoginAttempts attempts,
      Sessions sessions,
      AccessTokens accessTokens) {
    this.accounts = accounts;
    this.passwords = passwords;
    this.attempts = attempts;
    this.sessions = sessions;
    this.accessTokens = accessTokens;
  }

  @Serdeable
  record LoginRequest(
      @NotNull(message = "is missing")
          @Pattern(
              regexp = "[^\\p{Cc}\\p{Cs}]{1,64}",
              message = "must have 1 to 64 characters, none of them controls")
          String loginId,
      @NotNull(message = "is missing")
          @Size(max = 128, message = "must have at most 128 characters")
          @Pattern(regexp = "[^\\p{Cs}]*", message = "must be text, and contains half a character")
          String password) {

    @Override
    public String toString() {
      return "LoginRequest";
    }
  }

  @Serdeable
  record RefreshRequest(
      @NotNull(message = "is missing")
          @Size(max = 128, message = "must have at most 128 characters")
          String refreshToken) {

    @Override
    public String toString() {
      return "RefreshRequest";
    }
  }

  /**
   * The tokens of a session.
   *
   * @param expiresIn seconds until the access token expires
   */
  @Serdeable
  record Tokens(String accessToken, String refreshToken, String tokenType, long expiresIn) {

    @Override
    public String toString() {
      return "Tokens";
    }
  }

  @Post
  HttpResponse<Tokens> logIn(@Body @Valid LoginRequest login, HttpRequest<?> request) {
    var session = start(login, CallerAddress.of(request));
    return HttpResponse.created(tokens(session));
  }

  @Post("/refresh")
  HttpResponse<Tokens> refresh(@Body @Valid RefreshRequest request) {
    Optional<Continued> session = sessions.refresh(new RefreshToken(request.refreshToken()));
    return HttpResponse.ok(tokens(session.orElseThrow(SessionController::refused)));
  }

  private Continued start(LoginRequest login, String address) {
    try (var place = passwords.takePlace()) {
      var attempt = attempts.reserve(login.loginId(), address);
      var session = prove(place, login, attempt).flatMap(sessions::start);
      if (session.isPresent()) {
        attempts.succeeded(attempt);
      }
      return session.orElseThrow(SessionController::refused);
    }
  }

  /** Holds no connection to the database while it hashes. */
  private Optional<ProvenCredentials> prove(Place place, LoginRequest login, Attempt attempt) {
    var credentials = accounts.credentials(login.loginId());
    var known = credentials.map(Credentials::passwordHash).orElse(null);
    try {
      return place.matches(login.password(), known)
          ? credentials.map(found ->
              new ProvenCredentials(found, place.renewed(login.password(), found.passwordHash())))
          : Optional.empty();
    } catch (TooBusyException busy) {
      attempts.release(attempt);
      throw busy;
    }
  }

  private Tokens tokens(Continued session) {
    return new Tokens(
        accessTokens.issue(session.accountId(), session.sessionId()),
        session.next().value(),
        "Bearer",
        AccessTokens.LIFETIME.toSeconds());
  }

  private static HttpStatusException refused() {
    return new HttpStatusException(
        HttpStatus.UNAUTHORIZED, "these credentials are not valid, or not any more");
  }
}
