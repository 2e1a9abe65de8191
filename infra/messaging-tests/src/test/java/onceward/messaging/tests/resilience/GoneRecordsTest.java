package onceward.messaging.tests.resilience;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.annotation.Value;
import io.micronaut.runtime.server.EmbeddedServer;
import jakarta.inject.Singleton;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import onceward.localstack.kafka.Topic;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.MessageRecords;
import onceward.messaging.replay.ReplayRequest;
import onceward.messaging.replay.ReplaySelection;
import onceward.messaging.replay.ReplayState;
import onceward.messaging.replay.Replays;
import onceward.messaging.restore.Restoration;
import onceward.messaging.subscription.Subscription;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.testkit.TestServers;
import onceward.messaging.testkit.TestService;
import onceward.messaging.testkit.TestService.Position;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: a consumer never passes over records that Kafka no longer holds. It stops their partition
 * and says which are gone, also after a restart, and goes on when an operator decides so; the other
 * partitions flow.
 *
 * <p>Method: the service is down while messages are published and deleted again.
 */
class GoneRecordsTest {

  private static final String CONSUMER = "gone";

  /** What Kafka takes for the end of a partition. */
  private static final long ALL = -1;

  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void records_deleted_while_the_consumer_was_away_stop_their_partition_until_accepted(
      String protocol) throws Exception {
    var topic = "gone-" + protocol + ".events";
    try (var service = TestService.create("gone", topic);
        var admin = Admin.create(servers())) {
      var settings = settings(service, topic, protocol);
      var here = message(topic, "a");
      var there = otherPartition(service, topic, here);
      Position lost;
      try (var members = new Members(1, true, settings)) {
        members.awaitReady();
        awaitHandled(service, here.id());
        awaitHandled(service, there.id());
        var behind = message(topic, "a", 2);
        lost = service.publish(behind);
        awaitHandled(service, behind.id());
      }
      service.publish(message(topic, "a", 3));
      service.publish(message(topic, "a", 4));
      deleteBefore(admin, topic, lost.partition(), lost.offset() + 3);

      var range = "records %d to %d are gone".formatted(lost.offset() + 1, lost.offset() + 2);
      try (var log = new LibraryLog();
          var members = new Members(1, true, settings)) {
        awaitStopped(members, topic, lost.partition(), range);
        var next = message(topic, there.aggregateId(), 2);
        service.publish(next);
        awaitHandled(service, next.id());
        assertThat(send(members, "GET", "/messaging").body()).contains("\"stopped\":\"" + range);
        members.restartUnready(0);
        awaitStopped(members, topic, lost.partition(), range);
        assertThat(log.lines())
            .filteredOn(line -> line.contains(range))
            .as("once for each start")
            .hasSize(2);

        var answer = send(members, "POST", "/messaging/%s/%s/accept".formatted(CONSUMER, topic));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains(topic + "-" + lost.partition(), range);
        members.awaitReady();
        assertThat(send(members, "GET", "/dead-letters/audit").body())
            .contains("accept loss", "%s on %s".formatted(CONSUMER, topic), "done", range);
      }
      // What was accepted is not asked about again.
      try (var members = new Members(1, true, settings)) {
        members.awaitReady();
      }
    }
  }

  /**
   * A relay that publishes exactly once leaves a marker behind the records of each transaction.
   * Kafka deletes the marker with them, in the segment of an idle partition.
   */
  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void the_marker_of_a_transaction_that_is_deleted_is_no_lost_record(String protocol)
      throws Exception {
    var topic = "marked-" + protocol + ".events";
    try (var service = TestService.create("gone", topic);
        var admin = Admin.create(servers())) {
      var settings = settings(service, topic, protocol);
      Position last;
      try (var members = new Members(1, true, settings)) {
        members.awaitReady();
        last = awaitFlows(service, message(topic, "a"));
      }
      deleteBefore(admin, topic, last.partition(), ALL);

      try (var members = new Members(1, true, settings)) {
        members.awaitReady();
        awaitFlows(service, message(topic, "a", 2));
      }
    }
  }

  /** Kafka has forgotten the group as well: the database knows the offset behind them too. */
  @Test
  void aborted_records_that_are_deleted_are_no_lost_records() throws Exception {
    var topic = "aborted.events";
    try (var service = TestService.create("gone", topic);
        var admin = Admin.create(servers())) {
      var settings = settings(service, topic, "classic");
      Position aborted;
      try (var members = new Members(1, true, settings)) {
        members.awaitReady();
        awaitFlows(service, message(topic, "a"));
        aborted = transaction(message(topic, "a", 2), false);
        var marker = new Position(aborted.partition(), aborted.offset() + 1);
        awaitNoted(admin, topic, marker);
      }
      forgetGroup(admin, topic);
      deleteBefore(admin, topic, aborted.partition(), ALL);

      try (var members = new Members(1, true, settings)) {
        members.awaitReady();
        awaitFlows(service, message(topic, "a", 2));
      }
    }
  }

  private static Position awaitFlows(TestService service, Message message) {
    var at = transaction(message, true);
    awaitHandled(service, message.id());
    return at;
  }

  /** Publishes the message in a transaction of its own, and ends the transaction. */
  private static Position transaction(Message message, boolean commits) {
    var settings =
        Map.<String, Object>of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            TestServers.kafka().bootstrapServers(),
            ProducerConfig.TRANSACTIONAL_ID_CONFIG,
            message.id().toString());
    try (var producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      var sent = producer.send(MessageRecords.toRecord(message, "/onceward/test"));
      producer.flush();
      if (commits) {
        producer.commitTransaction();
      } else {
        producer.abortTransaction();
      }
      return new Position(sent.resultNow().partition(), sent.resultNow().offset());
    }
  }

  /** Kafka refuses until the group has no member. */
  private static void forgetGroup(Admin admin, String topic) {
    var group = "%s.%s".formatted(CONSUMER, topic);
    await()
        .atMost(60, SECONDS)
        .ignoreExceptions()
        .until(() -> {
          admin.deleteConsumerGroups(List.of(group)).all().get(20, SECONDS);
          return true;
        });
  }

  /** As {@code kafka-consumer-groups --reset-offsets --to-latest} does. */
  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void a_group_that_somebody_moved_to_the_end_handles_what_lies_between(String protocol)
      throws Exception {
    var topic = "moved-" + protocol + ".events";
    try (var service = TestService.create("gone", topic);
        var admin = Admin.create(servers())) {
      var settings = settings(service, topic, protocol);
      var first = message(topic, "a");
      service.publish(first);
      try (var members = new Members(1, true, settings)) {
        awaitHandled(service, first.id());
        members.awaitReady();
      }
      var second = message(topic, "a", 2);
      var last = service.publish(second);
      moveBehind(admin, topic, last);

      try (var log = new LibraryLog();
          var members = new Members(1, true, settings)) {
        awaitHandled(service, second.id());
        members.awaitReady();
        assertThat(log.lines())
            .anyMatch(line ->
                line.contains("somebody has moved the group")
                    && line.contains("not at " + (last.offset() + 1)));
      }
    }
  }

  /** Kafka refuses until the group has no member. */
  private static void moveBehind(Admin admin, String topic, Position last) {
    var end =
        Map.of(
            new TopicPartition(topic, last.partition()), new OffsetAndMetadata(last.offset() + 1));
    await()
        .atMost(60, SECONDS)
        .ignoreExceptions()
        .until(() -> {
          admin
              .alterConsumerGroupOffsets("%s.%s".formatted(CONSUMER, topic), end)
              .all()
              .get(20, SECONDS);
          return true;
        });
  }

  /** Kafka forgets a deleted topic's offsets, so that this would look like a first start. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_topic_that_was_deleted_and_created_anew_stops_the_consumer(boolean running)
      throws Exception {
    var topic = "anew-" + running + ".events";
    try (var service = TestService.create("gone", topic);
        var admin = Admin.create(servers())) {
      var settings = settings(service, topic, "classic");
      var first = message(topic, "a");
      try (var members = new Members(1, true, settings)) {
        service.publish(first);
        awaitHandled(service, first.id());
        members.awaitReady();
        if (running) {
          createAnew(admin, topic);
          awaitReplaced(members);
        }
      }
      if (!running) {
        createAnew(admin, topic);
      }
      try (var members = new Members(1, true, settings)) {
        awaitReplaced(members);
        var second = message(topic, "a", 2);
        service.publish(second);
        send(members, "POST", "/messaging/%s/%s/accept".formatted(CONSUMER, topic));
        awaitHandled(service, second.id());
        members.awaitReady();
      }
    }
  }

  /** What a database that is put in place of the lost one knows. */
  enum Copy {
    OLDER,
    /** From before the partition was added. */
    WITHOUT_PARTITION,
    EMPTY
  }

  /** Kafka has the offset of the consumer, and the database is from before. */
  @ParameterizedTest
  @EnumSource(Copy.class)
  void a_database_that_was_restored_from_before_stops_the_consumer(Copy copy) throws Exception {
    var topic = "restored-" + copy.name().toLowerCase(Locale.ROOT) + ".events";
    try (var service = TestService.create("gone", topic);
        var admin = Admin.create(servers())) {
      var settings = settings(service, topic, "classic");
      var messages = List.of(message(topic, "a"), message(topic, "a", 2), message(topic, "a", 3));
      Position last;
      try (var members = new Members(1, true, settings)) {
        members.awaitReady();
        last = publishAll(service, messages);
        awaitNoted(admin, topic, last);
      }
      replace(service, copy, messages, last);

      try (var members = new Members(1, true, settings)) {
        awaitRewound(members, topic, last);
        assertThat(count(service, "inbox")).isEqualTo(copy == Copy.OLDER ? 1 : 0);
        accept(members, topic);
        awaitHandled(service, messages.getLast().id());
        members.awaitReady();
        assertThat(count(service, "inbox")).isEqualTo(3);
        awaitNoted(admin, topic, last);
        assertThat(count(service, "consumed_partition where kafka_partition = " + last.partition()))
            .isEqualTo(1);
      }
      try (var members = new Members(1, true, settings)) {
        members.awaitReady();
      }
    }
  }

  /** A standby took over, or a backup was put in place: nobody starts the service anew for that. */
  @Test
  void a_database_that_is_restored_under_a_running_service_stops_the_consumer() throws Exception {
    var topic = "restored-running.events";
    try (var service = TestService.create("gone", topic);
        var admin = Admin.create(servers());
        var members = new Members(1, true, settings(service, topic, "consumer"))) {
      var messages = List.of(message(topic, "a"), message(topic, "a", 2), message(topic, "a", 3));
      members.awaitReady();
      var last = publishAll(service, messages);
      awaitNoted(admin, topic, last);
      replace(service, Copy.OLDER, messages, last);

      awaitRewound(members, topic, last);
      members.restartUnready(0);
      awaitRewound(members, topic, last);
      accept(members, topic);
      awaitHandled(service, messages.getLast().id());
      members.awaitReady();
      assertThat(count(service, "inbox")).isEqualTo(3);
    }
  }

  @Factory
  @Requires(property = "gone.restored-from")
  static class Restored {

    @Singleton
    Restoration restoration(@Value("${gone.restored-from}") String topic) {
      return Restoration.from(
          Subscription.of("gone-own", topic)
              .on(Load.TYPE, Effects.Moved.class, (_, message) -> {}));
    }
  }

  /**
   * Whether an operator started the service as usual before, or not: a restoration gives the
   * consumer what it lacks, so nothing is left to accept.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_service_that_has_its_data_back_from_topics_goes_on_by_itself(boolean startedBefore)
      throws Exception {
    var topic = "repaired-" + startedBefore + ".events";
    var own = "own-" + startedBefore + ".events";
    try (var service = TestService.create("gone", topic, own);
        var admin = Admin.create(servers())) {
      var settings = settings(service, topic, "classic");
      settings.put("gone.restored-from", own);
      var messages = List.of(message(topic, "a"), message(topic, "a", 2), message(topic, "a", 3));
      Position last;
      try (var members = new Members(1, true, settings)) {
        members.awaitReady();
        last = publishAll(service, messages);
        awaitNoted(admin, topic, last);
      }
      replace(service, Copy.EMPTY, messages, last);
      if (startedBefore) {
        try (var members = new Members(1, true, settings)) {
          awaitRewound(members, topic, last);
        }
      }
      restore(settings);

      try (var members = new Members(1, true, settings)) {
        members.awaitReady();
        assertThat(count(service, "inbox")).isEqualTo(3);
        assertThat(count(service, "lost_records where resumed_at is null")).isZero();
        // Or verify would not ask for what was published before.
        assertThat(count(service, "consumed_type where handled_since is not null")).isZero();
        awaitNoted(admin, topic, last);
      }
    }
  }

  private static void restore(Map<String, Object> settings) {
    var restoring = new HashMap<>(settings);
    restoring.put("messaging.restoring", "true");
    try (var server = ApplicationContext.run(EmbeddedServer.class, restoring)) {
      var replays = server.getApplicationContext().getBean(Replays.class);
      for (var step : replays.restoreSteps()) {
        var plan =
            replays.plan(
                new ReplayRequest(
                    step.consumer(),
                    step.topic(),
                    step.mode(),
                    ReplaySelection.all(),
                    1_000,
                    100,
                    "tester",
                    "a test"));
        awaitState(replays, plan.id(), ReplayState.PLANNED);
        assertThat(replays.run(plan.id())).isTrue();
        awaitState(replays, plan.id(), ReplayState.DONE);
      }
    }
  }

  private static void awaitState(Replays replays, UUID id, ReplayState state) {
    await().atMost(60, SECONDS).until(() -> replays.find(id).orElseThrow().state() == state);
  }

  private static Position publishAll(TestService service, List<Message> messages) {
    Position last = null;
    for (var message : messages) {
      last = service.publish(message);
    }
    awaitHandled(service, messages.getLast().id());
    return requireNonNull(last);
  }

  private static void replace(TestService service, Copy copy, List<Message> messages, Position last)
      throws Exception {
    switch (copy) {
      case OLDER ->
          execute(
              service,
              "delete from inbox where message_id <> '%s'".formatted(messages.getFirst().id()),
              "update consumed_key set version = 1",
              "update consumed_partition set next_offset = %d where kafka_partition = %d"
                  .formatted(last.offset() - 1, last.partition()));
      case WITHOUT_PARTITION ->
          execute(
              service,
              "delete from inbox",
              "delete from consumed_key",
              "delete from consumed_partition where kafka_partition = " + last.partition());
      case EMPTY ->
          execute(
              service,
              "delete from inbox",
              "delete from consumed_key",
              "delete from consumed_type",
              "delete from consumed_partition");
    }
  }

  private static void awaitRewound(Members members, String topic, Position last) {
    awaitStopped(
        members, topic, last.partition(), "the database was restored from an earlier time");
  }

  private static void accept(Members members, String topic) throws Exception {
    send(members, "POST", "/messaging/%s/%s/accept".formatted(CONSUMER, topic));
  }

  /** Until Kafka knows that the database knows of it. */
  private static void awaitNoted(Admin admin, String topic, Position last) {
    var place = new TopicPartition(topic, last.partition());
    var group = "%s.%s".formatted(CONSUMER, topic);
    await()
        .atMost(60, SECONDS)
        .until(() -> {
          var committed =
              admin
                  .listConsumerGroupOffsets(group)
                  .partitionsToOffsetAndMetadata()
                  .get(20, SECONDS)
                  .get(place);
          return committed != null
              && committed.metadata().startsWith("noted=" + (last.offset() + 1));
        });
  }

  private static int count(TestService service, String from) throws Exception {
    return service.look(connection -> {
      try (var statement = connection.createStatement()) {
        var row = statement.executeQuery("select count(*) from " + from);
        row.next();
        return row.getInt(1);
      }
    });
  }

  private static void execute(TestService service, String... statements) throws Exception {
    try (var connection = service.connect();
        var statement = connection.createStatement()) {
      for (var sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static void awaitReplaced(Members members) {
    await()
        .atMost(60, SECONDS)
        .untilAsserted(() ->
            assertThat(members.readiness(0).text())
                .startsWith("503")
                .contains("the topic was deleted and created anew"));
  }

  private static void awaitStopped(Members members, String topic, int partition, String range) {
    await()
        .atMost(60, SECONDS)
        .untilAsserted(() ->
            assertThat(members.readiness(0).text())
                .startsWith("503")
                .contains("%s-%d is stopped: %s".formatted(topic, partition, range))
                .contains("infra/onceward messaging accept %s %s".formatted(CONSUMER, topic)));
  }

  private static void awaitHandled(TestService service, UUID id) {
    await().atMost(60, SECONDS).until(() -> service.inbox(CONSUMER).contains(id));
  }

  private static Message otherPartition(TestService service, String topic, Message here) {
    var at = service.publish(here).partition();
    for (var key = 0; key < 1_000; key++) {
      var candidate = message(topic, "other-" + key);
      if (service.publish(candidate).partition() != at) {
        return candidate;
      }
    }
    throw new IllegalStateException(topic + " has one partition only");
  }

  private static Map<String, Object> settings(TestService service, String topic, String protocol) {
    var settings = new HashMap<String, Object>(service.properties());
    settings.put(Effects.TOPIC, topic);
    settings.put(Effects.CONSUMER, CONSUMER);
    settings.put("messaging.group-protocol", protocol);
    settings.put("messaging.stop-if-database-rewound", "true");
    return settings;
  }

  private static void deleteBefore(Admin admin, String topic, int partition, long offset)
      throws Exception {
    var place = new TopicPartition(topic, partition);
    admin.deleteRecords(Map.of(place, RecordsToDelete.beforeOffset(offset))).all().get(20, SECONDS);
  }

  private static void createAnew(Admin admin, String topic) throws Exception {
    admin.deleteTopics(List.of(topic)).all().get(20, SECONDS);
    await()
        .atMost(20, SECONDS)
        .ignoreExceptions()
        .until(() -> {
          TestServers.kafka().createTopics(Topic.named(topic));
          return admin.listTopics().names().get(20, SECONDS).contains(topic);
        });
  }

  private static HttpResponse<String> send(Members members, String method, String path)
      throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      var request = members.readiness(0).door().get(path).method(method, BodyPublishers.noBody());
      return client.send(request.build(), BodyHandlers.ofString());
    }
  }

  private static Map<String, Object> servers() {
    return Map.of("bootstrap.servers", TestServers.kafka().bootstrapServers());
  }

  private static Message message(String topic, String key) {
    return message(topic, key, 1);
  }

  private static Message message(String topic, String key, long version) {
    var type = topic.substring(0, topic.indexOf('.'));
    return new Message(
        TestMessages.newId(), type, key, version, Load.TYPE, "{}", MessageContext.NONE);
  }
}
