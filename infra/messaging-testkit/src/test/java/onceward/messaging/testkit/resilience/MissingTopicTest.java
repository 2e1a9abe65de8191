package onceward.messaging.testkit.resilience;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.HashMap;
import onceward.localstack.kafka.Topic;
import onceward.messaging.testkit.TestServers;
import onceward.messaging.testkit.TestService;
import org.junit.jupiter.api.Test;

/** Goal: who reads the log learns once that a topic is missing, and that is mended by making it. */
class MissingTopicTest {

  private static final String TOPIC = "absent.events";

  @Test
  void a_topic_that_is_missing_is_told_of_once_and_found_when_it_is_made() throws Exception {
    try (var service = TestService.create("absent");
        var log = new LibraryLog()) {
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
    }
  }
}
