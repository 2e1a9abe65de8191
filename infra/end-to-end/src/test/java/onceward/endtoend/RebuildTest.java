package onceward.endtoend;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Goal: an operator makes the directory anew, and a service that is killed meanwhile goes on with
 * it.
 *
 * <p>Method: the live table is damaged by hand.
 */
class RebuildTest {

  private static final String SERVICE = "user-service";
  private static final List<String> DIRECTORY =
      List.of("--mode", "rebuild", "--consumer", "user-directory", "--topic", "profile.events");
  private static final Pattern ID = Pattern.compile("Replay (\\S+) \\(rebuild\\)");

  private final Client client = RunningSystem.client();

  @Test
  void the_directory_is_made_anew_although_the_service_is_killed_meanwhile() throws Exception {
    var person = Person.unique().withName("Rosalind Rebuild");
    var accountId = client.signUp(person);
    client.settled(accountId);
    var token = client.logIn(person).text("accessToken");
    for (var isListed : List.of(true, false, true)) {
      assertThat(client.changeListed(token, isListed).status()).isEqualTo(200);
    }
    await().atMost(60, SECONDS).until(() -> hasAllOf(accountId));
    assertThat(isFound(token)).isTrue();
    damageTheLiveTable();
    assertThat(isFound(token)).isFalse();

    // So slow that it is not done before the service is killed.
    var begun = run(with("run", "--rate", "0.2", "--detach"));
    var id = ID.matcher(begun);
    assertThat(id.find()).as(begun).isTrue();
    await().atMost(60, SECONDS).until(() -> run("replay", "show", id.group(1)).contains("running"));
    RunningSystem.program(SERVICE).kill();
    assertThat(states()).contains("running");
    RunningSystem.restart(SERVICE);

    assertThat(run("replay", "follow", id.group(1))).contains("done:");
    assertThat(isFound(token)).isTrue();
    assertThat(run(with("plan"))).contains("rebuild");
    Invariants.hold();
  }

  /** Whatever came after the damage would mend it. */
  private static boolean hasAllOf(UUID accountId) {
    var last =
        RunningSystem.databases()
            .texts(
                "user",
                "select max(aggregateversion)::text from outbox where aggregatetype = 'profile' and aggregateid = ?",
                accountId.toString());
    return RunningSystem.databases()
        .texts("user", "select version::text from directory where account_id = ?", accountId)
        .equals(last);
  }

  private static void damageTheLiveTable() {
    for (var table : List.of("directory_entry", "directory_entry_2")) {
      RunningSystem.databases()
          .texts(
              "user",
              "update %s set name = null, search_name = null returning account_id::text"
                  .formatted(table));
    }
  }

  private static List<String> states() {
    return RunningSystem.databases().texts("user", "select state from replay");
  }

  private boolean isFound(String token) {
    var found = client.findUsers(token, "prefix=rosalind");
    assertThat(found.status()).isEqualTo(200);
    return !found.json().path("users").isEmpty();
  }

  private static String[] with(String verb, String... more) {
    var words = new ArrayList<>(List.of("replay", verb));
    words.addAll(DIRECTORY);
    words.addAll(List.of(more));
    if (verb.equals("run")) {
      words.add("--yes");
    }
    return words.toArray(String[]::new);
  }

  private static String run(String... words) throws Exception {
    var result = CommandLine.run(words);
    assertThat(result.exitCode()).as(result.output()).isZero();
    return result.output();
  }
}
