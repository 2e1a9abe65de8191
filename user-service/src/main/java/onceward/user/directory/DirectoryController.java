package onceward.user.directory;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Finds people who want to be found, for anybody with an access token. */
@Controller("/v1/users")
@Secured(SecurityRule.IS_AUTHENTICATED)
@ExecuteOn(TaskExecutors.BLOCKING)
class DirectoryController {

  private final DirectoryEntries entries;

  DirectoryController(DirectoryEntries entries) {
    this.entries = entries;
  }

  /** Nothing else: an e-mail address or a phone number never gets here. */
  @Serdeable
  record UserView(UUID accountId, String name) {

    static UserView of(DirectoryEntry entry) {
      return new UserView(entry.accountId(), requireNonNull(entry.name()));
    }
  }

  /**
   * A page of people.
   *
   * @param next the cursor of the next page; missing on the last one
   */
  @Serdeable
  record PageView(
      @JsonInclude(JsonInclude.Include.ALWAYS) List<UserView> users, @Nullable String next) {}

  @Get
  PageView find(
      @QueryValue @Nullable String prefix,
      @QueryValue @Nullable String limit,
      @QueryValue @Nullable String cursor) {
    var search = DirectorySearch.of(prefix, limit, cursor);
    var found = entries.find(search.withOneMore());
    var page = found.subList(0, Math.min(found.size(), search.limit()));
    return new PageView(
        page.stream().map(UserView::of).toList(),
        found.size() > search.limit() ? Cursor.of(page.getLast()).text() : null);
  }
}
