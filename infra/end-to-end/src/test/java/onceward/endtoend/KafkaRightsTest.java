package onceward.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import onceward.localstack.LocalStack;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What each login may do in the stack's Kafka. The table of {@code infra/docs/security.md} says it,
 * and each cell is tried with the file by which the program itself logs in.
 */
final class KafkaRightsTest {

  /** Not named as topics of messages are: other tests compare those with the outboxes. */
  private static final String OTHER = "rights-test";

  private static final List<String> TOPICS = List.of("account.events", "profile.events", OTHER);
  private static final List<String> GROUPS =
      List.of("auth-service.", "user-service.", "user-directory.", "rights-test.");
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final int REFUSAL_LIMIT_MS = 5_000;

  private static LocalStack stack;

  @BeforeAll
  static void createTopic() throws Exception {
    stack = RunningSystem.stack();
    try (var admin = Admin.create(stack.kafka().adminProperties())) {
      admin.createTopics(List.of(new NewTopic(OTHER, 1, (short) 1))).all().get();
    } catch (ExecutionException e) {
      assertThat(e).hasCauseInstanceOf(TopicExistsException.class);
    }
  }

  @Test
  void topics_are_read_and_written_as_documented() throws Exception {
    List<String> rows = new ArrayList<>();
    for (String login : List.of("outbox-relay", "auth-service", "user-service", "operator")) {
      rows.add(
          "| `%s` | %s | %s | %s |"
              .formatted(
                  login,
                  all(TOPICS, topic -> mayWrite(login, topic)),
                  all(TOPICS, topic -> mayRead(login, topic)),
                  all(GROUPS, group -> mayCommit(login, group + "rights-test"))));
    }

    assertThat(RightsTest.documented("Kafka", "| `")).isEqualTo(rows);
  }

  @Test
  void only_the_operator_creates_topics_of_any_name() throws Exception {
    for (String login : List.of("outbox-relay", "auth-service", "user-service")) {
      try (var admin = Admin.create(client(login))) {
        var refused =
            admin.createTopics(List.of(new NewTopic("more-rights-test", 1, (short) 1))).all();
        assertThatThrownBy(refused::get).hasCauseInstanceOf(AuthorizationException.class);
      }
    }
    try (var operator = Admin.create(client("operator"))) {
      operator.createTopics(List.of(new NewTopic("more-rights-test", 1, (short) 1))).all().get();
      var denied = operator.deleteTopics(List.of("more-rights-test")).all();
      assertThatThrownBy(denied::get).hasCauseInstanceOf(AuthorizationException.class);
    }
  }

  @Test
  void without_a_login_or_with_a_wrong_one_nobody_is_let_in() throws Exception {
    Map<String, Object> wrong = client("operator");
    wrong.compute(
        "sasl.jaas.config",
        (_, login) ->
            String.valueOf(login).replaceAll("password=\"[^\"]*\"", "password=\"guess\""));
    try (var admin = Admin.create(wrong)) {
      assertThatThrownBy(admin.describeCluster().nodes()::get)
          .hasCauseInstanceOf(SaslAuthenticationException.class);
    }
    Map<String, Object> none = Map.of("bootstrap.servers", stack.kafka().bootstrapServers());
    try (var admin = Admin.create(none)) {
      var options = new DescribeClusterOptions().timeoutMs(REFUSAL_LIMIT_MS);
      assertThatThrownBy(admin.describeCluster(options).nodes()::get)
          .hasCauseInstanceOf(TimeoutException.class);
    }
  }

  private interface Attempt {
    boolean succeeds(String name) throws Exception;
  }

  private static String all(List<String> names, Attempt attempt) throws Exception {
    List<String> allowed = new ArrayList<>();
    for (String name : names) {
      if (attempt.succeeds(name)) {
        allowed.add(shown(name));
      }
    }
    return allowed.isEmpty() ? "–" : String.join(", ", allowed);
  }

  /** A topic that nobody else uses stands for all others, as a group does. */
  private static String shown(String name) {
    return switch (name) {
      case OTHER -> "any other";
      case "rights-test." -> "any other";
      default -> name.endsWith(".") ? name + "*" : name;
    };
  }

  /** Only the relay may, and what it writes to the services' topics is tested elsewhere. */
  private static boolean mayWrite(String login, String topic) throws Exception {
    var target = login.equals("outbox-relay") ? OTHER : topic;
    var settings = client(login);
    // The right to the topic decides, and not the one to be given a producer's id before.
    settings.put("enable.idempotence", "false");
    var bytes = new ByteArraySerializer();
    try (var producer = new KafkaProducer<>(settings, bytes, bytes)) {
      producer.send(new ProducerRecord<>(target, new byte[0])).get();
      return true;
    } catch (ExecutionException refused) {
      assertThat(refused).hasCauseInstanceOf(AuthorizationException.class);
      return false;
    }
  }

  private static boolean mayRead(String login, String topic) throws IOException {
    var partition = new TopicPartition(topic, 0);
    try (var consumer = consumer(login, Map.of())) {
      consumer.assign(List.of(partition));
      consumer.seek(partition, 0);
      await()
          .atMost(LIMIT)
          .until(() -> {
            consumer.poll(Duration.ofMillis(100));
            // Known once the broker has answered a fetch, even if the topic is empty.
            return consumer.currentLag(partition).isPresent();
          });
      return true;
    } catch (AuthorizationException refused) {
      return false;
    }
  }

  private static boolean mayCommit(String login, String group) throws IOException {
    var readable = login.equals("auth-service") ? "profile.events" : "account.events";
    try (var consumer = consumer(login, Map.of("group.id", group))) {
      consumer.commitSync(Map.of(new TopicPartition(readable, 0), new OffsetAndMetadata(0)), LIMIT);
      return true;
    } catch (AuthorizationException refused) {
      return false;
    }
  }

  private static KafkaConsumer<byte[], byte[]> consumer(String login, Map<String, String> more)
      throws IOException {
    var settings = client(login);
    settings.putAll(more);
    settings.put("enable.auto.commit", "false");
    var bytes = new ByteArrayDeserializer();
    return new KafkaConsumer<>(settings, bytes, bytes);
  }

  private static Map<String, Object> client(String login) throws IOException {
    var file = stack.home().resolve("secrets").resolve("kafka-" + login + ".properties");
    var properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    Map<String, Object> client = new HashMap<>();
    properties.forEach((name, value) -> client.put(name.toString(), value));
    client.put("bootstrap.servers", stack.kafka().bootstrapServers());
    return client;
  }
}
