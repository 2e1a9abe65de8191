package onceward.cli.topic;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import onceward.cli.topic.TopicResult.Difference;
import onceward.localstack.process.StackException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jspecify.annotations.Nullable;

/**
 * The brokers of one Kafka. Every call is bounded in time, and fails with a {@link StackException}
 * when they do not answer. Used by one thread.
 */
final class Brokers implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final String servers;
  private final Admin admin;

  private Brokers(String servers, Admin admin) {
    this.servers = servers;
    this.admin = admin;
  }

  /**
   * Connects at the first question.
   *
   * @param clientProperties a file with the settings of a client, as for TLS or a login
   */
  static Brokers at(String servers, @Nullable Path clientProperties) {
    Properties settings = new Properties();
    if (clientProperties != null) {
      try (Reader reader = Files.newBufferedReader(clientProperties)) {
        settings.load(reader);
      } catch (IOException e) {
        throw new StackException("Cannot read " + clientProperties + ": " + e, e);
      }
    }
    int millis = Math.toIntExact(LIMIT.toMillis());
    settings.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
    try {
      return new Brokers(servers, Admin.create(settings));
    } catch (KafkaException e) {
      throw new StackException(
          "Cannot create a Kafka client for %s: %s".formatted(servers, cause(e)), e);
    }
  }

  /** How many there are. */
  int count() {
    try {
      return await(admin.describeCluster().nodes()).size();
    } catch (ApiException refused) {
      throw new StackException(
          "Kafka at %s refuses to list its brokers: %s".formatted(servers, refused.getMessage()),
          refused);
    }
  }

  /**
   * Creates the topic, unless there is one of that name.
   *
   * @param dryRun whether Kafka only checks whether it would
   */
  TopicResult create(TopicPlan plan, boolean dryRun) {
    try {
      await(
          admin
              .createTopics(
                  List.of(plan.toNewTopic()), new CreateTopicsOptions().validateOnly(dryRun))
              .all());
      return TopicResult.asPlanned(plan, dryRun);
    } catch (TopicExistsException exists) {
      return TopicResult.existing(plan, differences(plan));
    } catch (ApiException refused) {
      return TopicResult.refused(plan, refused.getMessage());
    }
  }

  private Map<String, Difference> differences(TopicPlan plan) {
    TopicDescription topic =
        requireNonNull(
            await(admin.describeTopics(List.of(plan.name())).allTopicNames()).get(plan.name()));
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, plan.name());
    Config config =
        requireNonNull(await(admin.describeConfigs(List.of(resource)).all()).get(resource));
    Map<String, String> has = new TreeMap<>();
    has.put("partitions", Integer.toString(topic.partitions().size()));
    has.put("replication", Integer.toString(topic.partitions().getFirst().replicas().size()));
    plan.settings()
        .keySet()
        .forEach(name ->
            Optional.ofNullable(config.get(name)).ifPresent(entry -> has.put(name, entry.value())));
    return plan.differences(has);
  }

  private <T> T await(KafkaFuture<T> answer) {
    try {
      return answer.get(LIMIT.toMillis() + 1_000, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ApiException refused
          && !(refused instanceof RetriableException)) {
        throw refused;
      }
      throw silent(e.getCause());
    } catch (TimeoutException e) {
      throw silent(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw silent(e);
    }
  }

  private StackException silent(@Nullable Throwable cause) {
    return new StackException(
        "Kafka at %s does not answer within %d s".formatted(servers, LIMIT.toSeconds()), cause);
  }

  private static String cause(Throwable failure) {
    Throwable cause = failure.getCause();
    return String.valueOf(cause == null ? failure.getMessage() : cause.getMessage());
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }
}
