package onceward.user.profile;

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

/** The profile of the caller, by the access token. */
@Controller("/v1/me/profile")
@Secured(SecurityRule.IS_AUTHENTICATED)
@ExecuteOn(TaskExecutors.BLOCKING)
class ProfileController {

  private final Profiles profiles;

  ProfileController(Profiles profiles) {
    this.profiles = profiles;
  }

  @Serdeable
  record ProfileView(UUID accountId, String name, String email, String phone) {}

  @Get
  ProfileView mine(Principal principal) {
    return profiles
        .find(UUID.fromString(principal.getName()))
        .map(p -> new ProfileView(p.accountId(), p.name(), p.email(), p.phone()))
        .orElseThrow(() -> new HttpStatusException(HttpStatus.NOT_FOUND, "no profile"));
  }
}
