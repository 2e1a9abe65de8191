package onceward.user.profile;

import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Patch;
import io.micronaut.http.exceptions.HttpStatusException;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import io.micronaut.serde.annotation.Serdeable;
import java.security.Principal;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import onceward.problem.InvalidFieldException;

/** The profile of the caller, by the access token. */
@Controller("/v1/me/profile")
@Secured(SecurityRule.IS_AUTHENTICATED)
@ExecuteOn(TaskExecutors.BLOCKING)
class ProfileController {

  private static final String LISTED = "listed";

  private final Profiles profiles;
  private final ListProfile listProfile;

  ProfileController(Profiles profiles, ListProfile listProfile) {
    this.profiles = profiles;
    this.listProfile = listProfile;
  }

  @Serdeable
  record ProfileView(UUID accountId, String name, String email, String phone, boolean listed) {

    static ProfileView of(Profile p) {
      return new ProfileView(p.accountId(), p.name(), p.email(), p.phone(), p.listed());
    }
  }

  @Get
  ProfileView mine(Principal principal) {
    return view(profiles.find(accountId(principal)));
  }

  /** Takes a map, so that a field that cannot be changed is refused and not passed over. */
  @Patch
  ProfileView change(@Body Map<String, Object> changes, Principal principal) {
    return view(listProfile.change(accountId(principal), listed(changes)));
  }

  private static boolean listed(Map<String, Object> changes) {
    for (var field : changes.keySet()) {
      if (!field.equals(LISTED)) {
        throw new InvalidFieldException(
            "body", "has a field that cannot be changed; allowed: listed");
      }
    }
    if (!(changes.get(LISTED) instanceof Boolean listed)) {
      throw new InvalidFieldException(LISTED, "must be true or false");
    }
    return listed;
  }

  private static UUID accountId(Principal principal) {
    return UUID.fromString(principal.getName());
  }

  private static ProfileView view(Optional<Profile> profile) {
    return profile
        .map(ProfileView::of)
        .orElseThrow(() -> new HttpStatusException(HttpStatus.NOT_FOUND, "no profile"));
  }
}
