package onceward.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import onceward.localstack.kafka.Topic;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Goal: while instances of an earlier version are replaced one after another by this version, or
 * back, nothing is lost, nothing happens twice, and the order holds. Method: both versions run on
 * databases that this version has migrated, under load. {@code infra/end-to-end/side-by-side} runs
 * this; nothing else does.
 */
@EnabledIfSystemProperty(named = VersionBefore.ROOT, matches = ".+")
class SideBySideTest {

  private static final int ROUNDS = Integer.getInteger("side-by-side.rounds", 3);

  /** How many people do everything between two replacements. */
  private static final int PEOPLE = Integer.getInteger("side-by-side.people", 20);

  /**
   * How many sign-ups may end by their deadline: the version that is run beside this one may pass
   * over an answer that comes before its account is visible, as versions up to {@code V0_29} do.
   */
  private static final int EXPIRED_MOST = Integer.getInteger("side-by-side.expired-most", 0);

  private static final List<String> SERVICES = List.of("auth-service", "user-service");
  private static final List<String> GROUPS =
      List.of(
          "auth-service.profile.events",
          "user-service.account.events",
          "user-directory.profile.events");

  private static VersionBefore before;

  @BeforeAll
  static void start() throws Exception {
    RunningSystem.stack();
    before = new VersionBefore();
    for (var program : List.of("auth-service", "user-service", "gateway")) {
      before.start(program);
    }
    awaitBoth();
  }

  @AfterAll
  static void end() {
    before.close();
  }

  /** Method: every second replacement is a kill. */
  @Test
  void both_versions_share_the_work_while_each_is_replaced_in_turn() throws Exception {
    var replaced = 0;
    var start = System.nanoTime();
    try (var crowd = new Crowd(RunningSystem.client(), before.client())) {
      for (var round = 0; round < ROUNDS; round++) {
        for (var service : SERVICES) {
          crowd.awaitMore(PEOPLE);
          endNow(service, replaced++ % 2 == 1);
          crowd.awaitMore(PEOPLE);
          RunningSystem.restart(service);
          awaitBoth();
          crowd.awaitMore(PEOPLE);
          endBefore(service, replaced++ % 2 == 1);
          crowd.awaitMore(PEOPLE);
          before.start(service);
          awaitBoth();
        }
      }
      compare("services", crowd, replaced, start);
    }
  }

  @Test
  void a_relay_of_the_version_before_goes_on_and_hands_back() throws Exception {
    var replaced = 0;
    var start = System.nanoTime();
    try (var crowd = new Crowd(RunningSystem.client(), before.client())) {
      for (var round = 0; round < ROUNDS; round++) {
        crowd.awaitMore(PEOPLE);
        endNow("outbox-relay", replaced++ % 4 < 2);
        before.start("outbox-relay");
        crowd.awaitMore(PEOPLE);
        endBefore("outbox-relay", replaced++ % 4 < 2);
        RunningSystem.restart("outbox-relay");
      }
      crowd.awaitMore(PEOPLE);
      compare("relay", crowd, replaced, start);
    }
  }

  /** Method: a constraint that only the name of one person breaks; the other version retries. */
  @Test
  void a_letter_and_what_waits_behind_it_are_handled_by_the_other_version() throws Exception {
    RunningSystem.program("user-service").stop();
    var letter =
        failOnce(
            "Letter Of The Version Before",
            before.client(),
            () -> {
              RunningSystem.restart("user-service");
              awaitBoth();
            });
    var byThis = CommandLine.run("dlq", "retry", letter, "--yes");
    assertThat(byThis.exitCode()).as(byThis.output()).isZero();

    before.stop("user-service");
    letter =
        failOnce(
            "Letter Of This Version",
            RunningSystem.client(),
            () -> {
              before.start("user-service");
              awaitBoth();
            });
    var byThat = before.command("dlq", "retry", letter, "--yes");
    assertThat(byThat.exitCode()).as(byThat.output()).isZero();

    assertThat(
            RunningSystem.databases()
                .texts("user", "select name from directory where name like 'Letter Of%'"))
        .as("what waited came after the letter")
        .isEmpty();
    Invariants.hold();
  }

  /** Method: the topic of the message does not exist; the other version releases it. */
  @Test
  void what_a_relay_has_parked_is_released_by_a_relay_of_the_other_version() throws Exception {
    var first = park("parked-by-this");
    await()
        .atMost(1, MINUTES)
        .until(() ->
            CommandLine.run("relay", "quarantine", first.toString(), "--yes").exitCode() == 0);
    awaitParkedBehind(first, "parked-by-this");
    RunningSystem.program("outbox-relay").stop();
    before.start("outbox-relay");
    createTopic("parked-by-this");
    assertThat(before.relay("user", "retry", first).statusCode()).isEqualTo(200);
    awaitReleased("parked-by-this");

    var second = park("parked-by-that");
    await()
        .atMost(1, MINUTES)
        .until(() -> before.relay("user", "quarantine", second).statusCode() == 200);
    awaitParkedBehind(second, "parked-by-that");
    before.stop("outbox-relay");
    RunningSystem.restart("outbox-relay");
    createTopic("parked-by-that");
    var released = CommandLine.run("relay", "retry", second.toString(), "--yes");
    assertThat(released.exitCode()).as(released.output()).isZero();
    awaitReleased("parked-by-that");
    var client = RunningSystem.client();
    assertThat(client.settled(client.signUp(Person.unique())).text("status")).isEqualTo("ACTIVE");
    Invariants.hold();
  }

  /** Appends a message to whose topic nobody can publish. */
  private static UUID park(String type) throws SQLException {
    append(type, 1);
    return UUID.fromString(
        RunningSystem.databases()
            .texts("user", "select id::text from outbox where aggregatetype = '%s'".formatted(type))
            .getFirst());
  }

  private static void append(String type, int version) throws SQLException {
    execute(
        "insert into outbox (aggregatetype, aggregateid, aggregateversion, type, payload) values ('%s', 'a', %d, 'Made', '{}')"
            .formatted(type, version));
  }

  /** The second message of the key comes when the first one is out of the way. */
  private static void awaitParkedBehind(UUID first, String type) throws SQLException {
    awaitRows("select from relay_parked where message_id = '%s'".formatted(first), 1);
    append(type, 2);
    awaitRows("select from relay_parked where aggregatetype = '%s'".formatted(type), 2);
  }

  private static void createTopic(String type) {
    RunningSystem.stack().kafka().createTopics(Topic.named(type + ".events"));
  }

  private static void awaitReleased(String type) {
    await()
        .atMost(2, MINUTES)
        .untilAsserted(() ->
            assertThat(RunningSystem.topics().records(type + ".events"))
                .extracting(
                    record -> new String(record.headers().lastHeader("ce_sequence").value(), UTF_8))
                .containsExactly("1", "2"));
    // What was quarantined stays as a record without its payload.
    awaitRows(
        "select from relay_parked where aggregatetype = '%s' and payload is not null"
            .formatted(type),
        0);
  }

  private static void awaitRows(String query, int rows) {
    await()
        .atMost(2, MINUTES)
        .until(
            () ->
                RunningSystem.databases()
                    .count("user", "select count(*) from (%s) found".formatted(query)),
            found -> found == rows);
  }

  /**
   * Somebody asks to be found, which fails, and then not to be found, which waits behind it.
   *
   * @param other starts the other version, when the letter has been written by the first
   * @return the letter, whose cause is gone
   */
  private static String failOnce(String name, Client client, Step other) throws Exception {
    var person = Person.unique().withName(name);
    var account = client.signUp(person);
    assertThat(client.settled(account).text("status")).isEqualTo("ACTIVE");
    var token = client.logIn(person).text("accessToken");
    execute(
        "alter table directory_entry add constraint nobody check (name <> '%s')".formatted(name));
    assertThat(client.changeListed(token, true).status()).isEqualTo(200);
    var letter =
        awaitOne("select id::text from dead_letter where state = 'open' and key = ?", account);
    other.take();
    assertThat(client.changeListed(token, false).status()).isEqualTo(200);
    awaitOne("select message_id::text from parked_message where key = ?", account);
    execute("alter table directory_entry drop constraint nobody");
    return letter;
  }

  private interface Step {
    void take() throws Exception;
  }

  private static String awaitOne(String query, UUID account) {
    return await()
        .atMost(1, MINUTES)
        .until(
            () -> RunningSystem.databases().texts("user", query, account.toString()),
            rows -> rows.size() == 1)
        .getFirst();
  }

  private static void execute(String sql) throws SQLException {
    try (var connection = RunningSystem.stack().postgres().connect("user");
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void endNow(String program, boolean byKill) {
    if (byKill) {
      RunningSystem.program(program).kill();
    } else {
      RunningSystem.program(program).stop();
    }
  }

  private static void endBefore(String program, boolean byKill) {
    if (byKill) {
      before.kill(program);
    } else {
      before.stop(program);
    }
  }

  /** Until an instance of each version has partitions of each group. */
  private static void awaitBoth() throws Exception {
    try (var admin = Admin.create(Map.copyOf(RunningSystem.stack().operatorProperties()))) {
      await()
          .atMost(3, MINUTES)
          .until(() ->
              admin.describeConsumerGroups(GROUPS).all().get().values().stream()
                  .allMatch(group ->
                      group.members().size() == 2
                          && group.members().stream()
                              .noneMatch(
                                  member -> member.assignment().topicPartitions().isEmpty())));
    }
  }

  private static void compare(String what, Crowd crowd, int replaced, long start) throws Exception {
    var accounts = crowd.stop();
    var took = Duration.ofNanos(System.nanoTime() - start);
    Invariants.hold();
    var deep = CommandLine.run("verify", "--deep");
    assertThat(deep.exitCode()).as(deep.output()).isZero();
    var databases = RunningSystem.databases();
    assertThat(crowd.expired()).hasSizeLessThanOrEqualTo(EXPIRED_MOST);
    assertThat(accounts)
        .doesNotHaveDuplicates()
        .allSatisfy(account -> {
          assertThat(databases.outboxTypes("auth", account))
              .containsExactly("AccountRegistered", "AccountActivated");
          assertThat(databases.outboxTypes("user", account))
              .containsExactly("ProfileCreated", "ProfileListed");
        });
    assertThat(
            databases.texts(
                "user", "select account_id::text from directory where name is not null"))
        .doesNotHaveDuplicates()
        .containsAll(accounts.stream().map(UUID::toString).toList());
    System.out.printf(
        "%s: %d people, %d expired, %d messages in all, %d replacements, %d calls made again, %d s%n%s%n",
        what,
        accounts.size(),
        crowd.expired().size(),
        databases.count("auth", "select count(*) from outbox")
            + databases.count("user", "select count(*) from outbox"),
        replaced,
        crowd.refused(),
        took.toSeconds(),
        deep.output());
  }
}
