package onceward.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import onceward.endtoend.CommandLine.Result;
import org.junit.jupiter.api.Test;

/**
 * Goal: user-service loses its database, and gets everything back that topics know: each profile as
 * it was, without telling anybody anything a second time.
 *
 * <p>Method: the database is dropped, made again empty, and restored by the command of the runbook,
 * with the service killed in the middle.
 */
class LostDatabaseTest {

  private static final String SERVICE = "user-service";
  private static final String RELAY = "outbox-relay";
  private static final String TOPIC = "profile.events";
  private static final String[] RESTORE = {"replay", "restore", "--service", SERVICE};

  private static final String HALF_WAY =
      """
      select count(*) from replay where state = 'running'
        and exists (select from replay_partition p where p.replay = id and p.next_offset > p.from_offset)
        and exists (select from replay_partition p where p.replay = id and p.next_offset < p.until_offset)
      """;

  private final Client client = RunningSystem.client();

  @Test
  void a_lost_database_comes_back_from_topics_although_the_service_is_killed_meanwhile()
      throws Exception {
    var listed = Person.unique().withName("Lostfound Lotte");
    var changed = Person.unique().withName("Lostfound Lorenz");
    client.settled(client.signUp(listed));
    client.settled(client.signUp(changed));
    var taken = client.signUp(Person.unique().withEmail(listed.email()));
    assertThat(client.settled(taken).text("status")).isEqualTo("REJECTED");
    var token = client.logIn(listed).text("accessToken");
    var otherToken = client.logIn(changed).text("accessToken");
    assertThat(client.changeListed(token, true).status()).isEqualTo(200);
    assertThat(client.changeListed(otherToken, true).status()).isEqualTo(200);
    assertThat(client.changeListed(otherToken, false).status()).isEqualTo(200);
    await().atMost(60, SECONDS).until(() -> found(token) == 1);
    Invariants.hold();
    var profiles = profiles();
    var accounts = accounts();
    var told = told();

    loseTheDatabase();
    // Nobody answers this request before everything is back.
    var meanwhile = Person.unique();
    var waiting = client.signUp(meanwhile);
    run("up", "--detach", "--set", SERVICE + ":messaging.restoring=true");

    assertThat(client.findUsers(token, "prefix=lostfound").status()).isEqualTo(503);
    assertThat(client.changeListed(token, false).status()).isEqualTo(503);
    assertThat(
            CommandLine.run(
                "replay", "run", "--yes", "--consumer", SERVICE, "--topic", "account.events"))
        .returns(1, Result::exitCode)
        .satisfies(
            early -> assertThat(early.output()).contains("the step before is not done: restore"));
    assertThat(run(with("--dry-run")))
        .contains("Step 1, restore of user-restore on profile.events");
    killInTheMiddle();
    var restored = run(with("--yes"));
    assertThat(restored).contains("Every step is done");
    assertThat(run(with("--yes"))).contains("Every step is done").doesNotContain("Replay ");
    run("relay", "accept", "user", "--yes");
    run("up", "--detach", "--set", SERVICE + ":messaging.restoring=false");

    assertThat(client.settled(waiting).text("status")).isEqualTo("ACTIVE");
    var now = profiles();
    assertThat(now.remove(waiting.toString())).startsWith("CREATED");
    assertThat(now).isEqualTo(profiles);
    var accountsNow = accounts();
    assertThat(accountsNow.remove(waiting.toString())).startsWith("ACTIVE");
    assertThat(accountsNow).isEqualTo(accounts);
    var toldNow = told();
    assertThat(toldNow.remove(waiting.toString())).isEqualTo(1);
    assertThat(toldNow).isEqualTo(told);
    assertThat(found(token)).isEqualTo(1);

    // The versions go on, the relay publishes, and what is taken is still taken.
    assertThat(client.changeListed(otherToken, true).status()).isEqualTo(200);
    await().atMost(60, SECONDS).until(() -> found(token) == 2);
    var late = client.signUp(Person.unique().withEmail(changed.email()));
    assertThat(client.settled(late).text("status")).isEqualTo("REJECTED");
    Invariants.hold();
    assertThat(run("verify", "--deep")).contains("outbox-lost");
  }

  /** The relay is away as well, for a slot that is read keeps its database. */
  private static void loseTheDatabase() {
    RunningSystem.program(SERVICE).kill();
    RunningSystem.program(RELAY).kill();
    await()
        .atMost(60, SECONDS)
        .ignoreExceptions()
        .until(() -> {
          try (var admin = RunningSystem.stack().postgres().connect("postgres");
              var drop = admin.createStatement()) {
            drop.execute("drop database \"user\" with (force)");
            return true;
          }
        });
  }

  /** So slow that the first step takes seconds, however much other tests have said. */
  private static void killInTheMiddle() throws Exception {
    var rate = Math.max(0.5, RunningSystem.topics().records(TOPIC).size() / 20.0);
    var first =
        CompletableFuture.supplyAsync(() -> {
          try {
            return CommandLine.run(with("--yes", "--rate", "" + rate));
          } catch (IOException | InterruptedException failed) {
            throw new IllegalStateException(failed);
          }
        });
    await().atMost(60, SECONDS).until(() -> count(HALF_WAY) > 0);
    RunningSystem.program(SERVICE).kill();
    assertThat(first.get().exitCode()).isNotZero();
    assertThat(count(HALF_WAY)).isPositive();
    RunningSystem.program(SERVICE).start();
    await().atMost(120, SECONDS).until(() -> CommandLine.run("replay", "ls").exitCode() == 0);
  }

  private static int count(String sql) {
    return RunningSystem.databases().count("user", sql);
  }

  private int found(String token) {
    var found = client.findUsers(token, "prefix=lostfound");
    assertThat(found.status()).isEqualTo(200);
    return found.json().path("users").size();
  }

  /** Row by row, but for when. */
  private static Map<String, String> profiles() {
    return rows(
        "user",
        "select concat_ws('|', account_id, status, name, email, phone, listed, version) from profile");
  }

  private static Map<String, String> accounts() {
    return rows("auth", "select concat_ws('|', id, status, version) from account");
  }

  private static Map<String, String> rows(String database, String sql) {
    var rows = new TreeMap<String, String>();
    for (var row : RunningSystem.databases().texts(database, sql)) {
      rows.put(row.substring(0, 36), row.substring(37));
    }
    return rows;
  }

  /** How many messages there are about each account. */
  private static Map<String, Integer> told() {
    var told = new TreeMap<String, Integer>();
    RunningSystem.topics()
        .records(TOPIC)
        .forEach(record -> told.merge(new String(record.key(), UTF_8), 1, Integer::sum));
    return told;
  }

  private static String[] with(String... more) {
    return Stream.concat(Stream.of(RESTORE), Stream.of(more)).toArray(String[]::new);
  }

  private static String run(String... words) throws Exception {
    var result = CommandLine.run(words);
    assertThat(result.exitCode()).as(result.output()).isZero();
    return result.output();
  }
}
