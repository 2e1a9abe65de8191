package onceward.localstack.kafka;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import onceward.localstack.process.Condition;
import onceward.localstack.process.LogTail;
import onceward.localstack.process.Ports;
import onceward.localstack.process.ProcessId;
import onceward.localstack.process.Signal;
import onceward.localstack.process.StackException;
import onceward.localstack.process.Waiting;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AclBinding;

/**
 * A running single-node Kafka on 127.0.0.1 without encryption, and without a login unless there are
 * {@link KafkaLogins}. Topics exist only when created. It keeps running when this JVM ends, so the
 * caller that started it must close it.
 *
 * <p>Thread-safe. Starting fails with a {@link StackException}.
 */
public final class KafkaBroker implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofMinutes(3);
  private static final Duration CALL_LIMIT = Duration.ofMinutes(2);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(25);

  private final int port;
  private final Map<String, String> admin;
  private final ProcessId process;
  private final long logStart;

  private KafkaBroker(int port, Map<String, String> admin, ProcessId process, long logStart) {
    this.port = port;
    this.admin = admin;
    this.process = process;
    this.logStart = logStart;
  }

  /** Returns when the broker listens; formats its storage at the first time. */
  public static KafkaBroker start(KafkaSettings settings) {
    KafkaBroker broker = launch(settings);
    broker.awaitListening(settings.log());
    return broker;
  }

  /** Returns as soon as the process of the broker exists, so that a caller can record it first. */
  public static KafkaBroker launch(KafkaSettings settings) {
    long logStart = LogTail.end(settings.log());
    return new KafkaBroker(
        settings.port(), settings.admin(), new KafkaLaunch(settings).start(), logStart);
  }

  /** The broker that another JVM started with these settings as that process. */
  public static KafkaBroker attach(KafkaSettings settings, ProcessId process) {
    return new KafkaBroker(settings.port(), settings.admin(), process, 0);
  }

  /** Creates the topics that are missing; existing topics stay unchanged. */
  public void createTopics(Topic... topics) {
    try (Admin admin = admin()) {
      Set<String> existing =
          admin.listTopics().names().get(CALL_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      List<NewTopic> missing =
          Arrays.stream(topics)
              .filter(topic -> !existing.contains(topic.name()))
              .map(Topic::toNewTopic)
              .toList();
      admin.createTopics(missing).all().get(CALL_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new StackException("Kafka did not create the topics: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("Interrupted while creating topics.", e);
    }
  }

  /** Allows this, besides what is allowed already. For a broker with {@link KafkaLogins}. */
  public void allow(Collection<AclBinding> rights) {
    try (Admin admin = admin()) {
      admin.createAcls(rights).all().get(CALL_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new StackException("Kafka did not take the rights: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("Interrupted while giving rights.", e);
    }
  }

  /**
   * The last value of each key of a compacted topic; none if there is no such topic.
   *
   * @param limit how long to wait for them
   * @throws StackException if the broker does not answer in time
   */
  public List<String> latestValues(String topic, Duration limit) {
    return LatestValues.of(adminProperties(), topic, limit);
  }

  /** The properties of a client that may do everything. */
  public Map<String, Object> adminProperties() {
    Map<String, Object> properties = new HashMap<>(admin);
    properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
    return properties;
  }

  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  public int port() {
    return port;
  }

  public ProcessId process() {
    return process;
  }

  /** Lets the broker finish its writes; kills it when it takes too long. May be called twice. */
  @Override
  public void close() {
    process.end(STOP_PATIENCE, Signal.TERM, Signal.KILL);
  }

  /**
   * Waits until the broker listens, and ends it when it does not.
   *
   * @param log the log of the broker, for the message of a failure
   */
  public void awaitListening(Path log) {
    boolean listens =
        Waiting.until(() -> Ports.isListening(port) || !process.isAlive(), START_LIMIT, POLL);
    if (!listens || !process.isAlive()) {
      close();
      throw new StackException(
          "Kafka did not start on port " + port + LogTail.describe(log, logStart));
    }
  }

  /**
   * Asks the broker for its cluster, once.
   *
   * @param limit how long to wait for the answer
   */
  public Condition condition(Duration limit) {
    if (!process.isAlive()) {
      return Condition.ENDED;
    }
    if (!Ports.isListening(port)) {
      return Condition.NOT_READY;
    }
    Admin admin = admin();
    try {
      int millis = Math.toIntExact(limit.toMillis());
      admin
          .describeCluster(new DescribeClusterOptions().timeoutMs(millis))
          .nodes()
          .get(millis, TimeUnit.MILLISECONDS);
      return Condition.READY;
    } catch (ExecutionException | TimeoutException silent) {
      return process.isAlive() ? Condition.SILENT : Condition.ENDED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Condition.SILENT;
    } finally {
      // Does not wait for the answer that did not come.
      admin.close(Duration.ZERO);
    }
  }

  private Admin admin() {
    Map<String, Object> properties = adminProperties();
    properties.put(AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, "100");
    properties.put(AdminClientConfig.RETRY_BACKOFF_MAX_MS_CONFIG, "100");
    return Admin.create(properties);
  }
}
