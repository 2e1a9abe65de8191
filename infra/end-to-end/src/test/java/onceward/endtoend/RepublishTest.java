package onceward.endtoend;

import static java.util.concurrent.TimeUnit.SECONDS;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import onceward.endtoend.CommandLine.Result;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/**
 * Goal: an operator brings back from an outbox what its topic, or a consumer, lacks, by the
 * commands that the runbook names, and proves it.
 */
class RepublishTest {

  private static final String TOPIC = "account.events";
  private static final String CONSUMER = "user-service";
  private static final Pattern STARTED = Pattern.compile("Republish request (\\S+) is started");

  private static final Pattern REMEDY = Pattern.compile("to mend it: (.*)");
  private static final String SCRIPT = "infra/onceward ";

  private final Client client = RunningSystem.client();
  private final Databases databases = RunningSystem.databases();

  /** Method: accounts are signed up while the slot of auth-service's pipeline does not exist. */
  @Test
  void what_was_appended_without_a_slot_is_found_published_and_handled() throws Exception {
    client.settled(client.signUp(Person.unique()));
    assertSucceeds("relay", "pause", "auth");
    var slot = databases.texts("auth", "select name from outbox_slot").getFirst();
    await()
        .atMost(60, SECONDS)
        .ignoreExceptions()
        .until(() ->
            databases.texts("auth", "select pg_drop_replication_slot(?)::text", slot).size() == 1);
    var lost = List.of(client.signUp(Person.unique()), client.signUp(Person.unique()));
    databases.texts("auth", "select pg_create_logical_replication_slot(?, 'pgoutput')::text", slot);
    var behind = client.signUp(Person.unique());
    assertSucceeds("relay", "resume", "auth");
    awaitStopped("slot-ahead");
    var remedy = remedy();

    var plan = CommandLine.run("republish", "plan", "--pipeline", "auth", "--wait", "0");
    assertThat(plan.exitCode()).as(plan.output()).isZero();
    assertThat(plan.output()).containsPattern("missing messages: [1-9]").contains(TOPIC);
    var request = paste(remedy);

    assertSucceeds("republish", "follow", request);
    for (var account : lost) {
      assertActive(account);
    }
    assertActive(behind);
    assertThat(CommandLine.run("republish", "ls").output()).contains(request, "DONE", "slot-ahead");
    assertThat(CommandLine.run("republish", "plan", "--pipeline", "auth").output())
        .contains("missing messages: 0");
    assertSucceeds("verify");
    Invariants.hold();
  }

  /** Method: the topic is deleted while its consumer is down. */
  @Test
  void a_topic_that_was_deleted_is_made_and_filled_by_the_remedy_that_status_names()
      throws Exception {
    client.settled(client.signUp(Person.unique()));
    RunningSystem.program(CONSUMER).kill();
    var unread = client.signUp(Person.unique());
    await().atMost(60, SECONDS).until(() -> !RunningSystem.topics().about(TOPIC, unread).isEmpty());
    try (var admin = Admin.create(RunningSystem.stack().kafka().adminProperties())) {
      admin.deleteTopics(List.of(TOPIC)).all().get(60, SECONDS);
    }
    awaitStopped("topic-changed");

    assertSucceeds("republish", "follow", paste(remedy()));
    RunningSystem.program(CONSUMER).start();
    await()
        .atMost(120, SECONDS)
        .until(
            () -> CommandLine.run("messaging", "accept", CONSUMER, TOPIC, "--yes").exitCode() == 0);

    assertActive(unread);
    RunningSystem.program(CONSUMER).awaitReady(Duration.ofMinutes(2));
    assertSucceeds("verify");
    Invariants.hold();
  }

  /** Method: the consumer is down while records are published and deleted again. */
  @Test
  void what_was_deleted_before_a_consumer_read_it_comes_back_for_that_consumer() throws Exception {
    client.settled(client.signUp(Person.unique()));
    RunningSystem.program(CONSUMER).kill();
    var account = client.signUp(Person.unique());
    await()
        .atMost(60, SECONDS)
        .until(() -> !RunningSystem.topics().about(TOPIC, account).isEmpty());
    deleteAllRecords();

    var run =
        CommandLine.run("republish", "run", "--pipeline", "auth", "--consumer", CONSUMER, "--yes");
    assertThat(run.exitCode()).as(run.output()).isZero();
    assertThat(run.output()).contains("missing messages: 1", "DONE");
    RunningSystem.program(CONSUMER).start();
    await()
        .atMost(120, SECONDS)
        .until(
            () -> CommandLine.run("messaging", "accept", CONSUMER, TOPIC, "--yes").exitCode() == 0);

    assertActive(account);
    RunningSystem.program(CONSUMER).awaitReady(Duration.ofMinutes(2));
    Invariants.hold();
  }

  @Test
  void what_there_is_not_is_named() throws Exception {
    assertThat(CommandLine.run("republish", "plan", "--pipeline", "shop"))
        .returns(2, Result::exitCode)
        .satisfies(refused ->
            assertThat(refused.output()).contains("There is no database 'shop'; known are: auth"));
    assertThat(CommandLine.run("republish", "show", "auth/4711"))
        .returns(1, Result::exitCode)
        .satisfies(refused ->
            assertThat(refused.output()).contains("there is no republish request auth/4711"));
    assertThat(CommandLine.run("republish", "run").exitCode()).isEqualTo(2);
  }

  /** What {@code relay status} says would mend the pipeline. */
  private static String remedy() throws Exception {
    var remedy = REMEDY.matcher(CommandLine.run("relay", "status").output());
    assertThat(remedy.find()).isTrue();
    return remedy.group(1);
  }

  /**
   * Runs the commands of a remedy one after the other, without asking.
   *
   * @return the request to republish that one of them has started
   */
  private static String paste(String remedy) throws Exception {
    var output = new StringBuilder();
    // The command line of these tests names the home of its stack by itself.
    var home = " --home " + RunningSystem.stack().home();
    for (var command : remedy.split(" && ", -1)) {
      assertThat(command).startsWith(SCRIPT).contains(home);
      var words =
          new ArrayList<>(
              List.of(command.substring(SCRIPT.length()).replace(home, "").split(" ", -1)));
      if (!words.getFirst().equals("topic")) {
        words.add("--yes");
      }
      var result = CommandLine.run(words.toArray(String[]::new));
      assertThat(result.exitCode()).as(result.output()).isZero();
      output.append(result.output());
    }
    var started = STARTED.matcher(output);
    assertThat(started.find()).as(output.toString()).isTrue();
    return started.group(1);
  }

  private static void assertSucceeds(String... command) throws Exception {
    var result = CommandLine.run(command);
    assertThat(result.exitCode()).as(result.output()).isZero();
  }

  private static void awaitStopped(String reason) {
    await()
        .atMost(60, SECONDS)
        .untilAsserted(() ->
            assertThat(CommandLine.run("relay", "status").output())
                .contains("runbook/%s.md".formatted(reason)));
  }

  private void assertActive(UUID account) {
    assertThat(client.settled(account).text("status")).isEqualTo("ACTIVE");
  }

  private static void deleteAllRecords() throws Exception {
    try (var admin = Admin.create(RunningSystem.stack().kafka().adminProperties())) {
      var latest =
          admin.describeTopics(List.of(TOPIC)).allTopicNames().get().values().stream()
              .flatMap(topic -> topic.partitions().stream())
              .collect(
                  toMap(
                      one -> new TopicPartition(TOPIC, one.partition()), _ -> OffsetSpec.latest()));
      var before =
          admin.listOffsets(latest).all().get().entrySet().stream()
              .collect(
                  toMap(
                      Map.Entry::getKey,
                      one -> RecordsToDelete.beforeOffset(one.getValue().offset())));
      admin.deleteRecords(before).all().get();
    }
  }
}
