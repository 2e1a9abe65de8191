package onceward.endtoend;

import static java.util.concurrent.TimeUnit.SECONDS;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import onceward.endtoend.CommandLine.Result;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/**
 * Goal: an operator finds messages that a consumer has passed and not handled, knows what a replay
 * will do, lets it happen, and proves it. Method: the offsets of a consumer that is down are moved
 * to the end, and look as if the consumer had committed them.
 */
class ReplayTest {

  private static final String CONSUMER = "user-service";
  private static final String TOPIC = "account.events";

  /** Of an offset that a consumer committed. The consumer goes by no other that is ahead. */
  private static final String NOTE = "service=" + CONSUMER;

  private static final Pattern ID = Pattern.compile("Replay (\\S+) \\(repair\\)");

  private final Client client = RunningSystem.client();

  @Test
  void messages_that_a_consumer_passed_over_are_found_replayed_and_proven() throws Exception {
    client.settled(client.signUp(Person.unique()));
    RunningSystem.program(CONSUMER).kill();
    var accountId = client.signUp(Person.unique());
    await()
        .atMost(60, SECONDS)
        .until(() -> !RunningSystem.topics().about(TOPIC, accountId).isEmpty());
    // Kafka refuses until the session of the killed member is over.
    await().atMost(120, SECONDS).ignoreExceptions().until(ReplayTest::moveToTheEnd);
    RunningSystem.restart(CONSUMER);
    await()
        .atMost(60, SECONDS)
        .untilAsserted(() ->
            assertThat(CommandLine.run("verify"))
                .returns(1, Result::exitCode)
                .satisfies(verified ->
                    assertThat(verified.output())
                        .contains("not-handled in user-service on account.events: 1 message")));

    var plan = CommandLine.run("replay", "plan", "--consumer", CONSUMER, "--topic", TOPIC);
    assertThat(plan.exitCode()).as(plan.output()).isZero();
    assertThat(plan.output()).containsPattern("(?m)^ +1  handled$").contains("handled them before");
    assertThat(client.account(accountId).json().path("status").asText()).isEqualTo("PENDING");

    var id = ID.matcher(plan.output());
    assertThat(id.find()).isTrue();
    var run = CommandLine.run("replay", "run", id.group(1), "--yes", "--reason", "offsets moved");
    assertThat(run.exitCode()).as(run.output()).isZero();
    assertThat(run.output()).contains("done:");
    assertThat(client.settled(accountId).json().path("status").asText()).isEqualTo("ACTIVE");
    assertThat(CommandLine.run("replay", "run", id.group(1), "--yes").exitCode()).isEqualTo(1);
    assertThat(CommandLine.run("dlq", "audit").output())
        .contains("plan replay", "run replay", "offsets moved");
    Invariants.hold();
  }

  @Test
  void what_cannot_be_replayed_is_refused_with_what_can() throws Exception {
    var unknown = CommandLine.run("replay", "plan", "--consumer", "nobody", "--topic", TOPIC);

    assertThat(unknown.exitCode()).isEqualTo(1);
    assertThat(unknown.output())
        .contains("--consumer user-service --topic account.events")
        .contains("--consumer auth-service --topic profile.events");
    assertThat(CommandLine.run("replay", "run").exitCode()).isEqualTo(2);
    assertThat(CommandLine.run("replay", "show", "nothing").output())
        .contains("there is no replay");
  }

  private static boolean moveToTheEnd() throws Exception {
    try (var admin = Admin.create(RunningSystem.stack().kafka().adminProperties())) {
      var partitions =
          admin.describeTopics(List.of(TOPIC)).allTopicNames().get().values().stream()
              .flatMap(topic -> topic.partitions().stream())
              .collect(
                  toMap(
                      one -> new TopicPartition(TOPIC, one.partition()), _ -> OffsetSpec.latest()));
      var ends = admin.listOffsets(partitions).all().get();
      admin
          .alterConsumerGroupOffsets(
              CONSUMER + "." + TOPIC,
              ends.entrySet().stream()
                  .collect(
                      toMap(
                          Map.Entry::getKey,
                          end -> new OffsetAndMetadata(end.getValue().offset(), NOTE))))
          .all()
          .get();
      return true;
    }
  }
}
