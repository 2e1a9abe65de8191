package onceward.messaging.tests.resilience;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.spi.FilterReply;
import java.util.HashMap;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import onceward.localstack.kafka.Topic;
import onceward.logging.KnownWarnings;
import onceward.messaging.testkit.TestServers;
import onceward.messaging.testkit.TestService;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Goal: who reads the log learns once that a topic is missing, and that is mended by making it. */
class MissingTopicTest {

  private static final String TOPIC = "absent.events";

  @Test
  void a_topic_that_is_missing_is_told_of_once_and_found_when_it_is_made() throws Exception {
    try (var service = TestService.create("absent");
        var log = new LibraryLog();
        var warnings = new ClientWarnings()) {
      var settings = new HashMap<String, Object>(service.properties());
      settings.put(Effects.TOPIC, TOPIC);
      settings.put(Effects.CONSUMER, "absentee");
      try (var members = new Members(1, true, settings)) {
        await()
            .atMost(30, SECONDS)
            .untilAsserted(() ->
                assertThat(members.readiness(0).text()).contains("there is no topic " + TOPIC));

        TestServers.kafka().createTopics(Topic.named(TOPIC));
        members.awaitReady();
      }
      assertThat(log.lines())
          .filteredOn(line -> line.contains("there is no such topic"))
          .hasSize(1);
      // They come each second; programs keep them out of their logs.
      assertThat(warnings.aboutTopics())
          .isNotEmpty()
          .allMatch(event -> new KnownWarnings().decide(event) == FilterReply.DENY);
    }
  }

  /** What Kafka's client warns of while this is open. */
  private static final class ClientWarnings extends AppenderBase<ILoggingEvent>
      implements AutoCloseable {

    private final Logger logger =
        (Logger) LoggerFactory.getLogger("org.apache.kafka.clients.NetworkClient");
    private final Queue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();

    ClientWarnings() {
      setContext(logger.getLoggerContext());
      start();
      logger.addAppender(this);
      logger.setAdditive(false);
      logger.setLevel(Level.WARN);
    }

    List<ILoggingEvent> aboutTopics() {
      return events.stream().filter(event -> event.getFormattedMessage().contains(TOPIC)).toList();
    }

    @Override
    protected void append(ILoggingEvent event) {
      events.add(event);
    }

    @Override
    public void close() {
      logger.detachAppender(this);
      logger.setAdditive(true);
      logger.setLevel(null);
    }
  }
}
