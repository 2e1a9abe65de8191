package onceward.relay.publish;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import onceward.localstack.kafka.Topic;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.kafka.KafkaConnection;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.testkit.TestServers;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Kafka will never take, and what it takes at another time. */
class PublishFailuresTest {

  private static final Message MESSAGE =
      new Message(TestMessages.newId(), "thing", "a", 1, "Moved", "{}", MessageContext.NONE);

  /** Method: the broker judges records of a clock that is two hours ahead; it allows one hour. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void a_clock_that_is_ahead_refuses_no_message(int records) throws Exception {
    var failures = refusals(records, Instant.now().plus(Duration.ofHours(2)));

    assertThat(failures)
        .hasSize(records)
        .hasOnlyElementsOfType(
            records == 1 ? InvalidTimestampException.class : InvalidRecordException.class)
        .allSatisfy(failure ->
            assertThat(PublishFailures.of(MESSAGE, "thing.events", failure))
                .isInstanceOf(PublishException.class)
                .hasMessageContaining(MESSAGE.id().toString())
                .hasMessageContaining("the clocks of this relay and of the broker differ"));
  }

  @Test
  void a_record_that_is_invalid_for_another_reason_is_refused() {
    var failure =
        new InvalidRecordException(
            "Compacted topic cannot accept message without key in topic partition thing.events-0");

    assertThat(PublishFailures.of(MESSAGE, "thing.events", failure))
        .isInstanceOf(MessageRefusedException.class);
  }

  /** How the producer fails that many records, sent in one request. */
  private static List<Exception> refusals(int records, Instant time) {
    var topic = "thing-%s.events".formatted(UUID.randomUUID());
    TestServers.kafka().createTopics(new Topic(topic, 1, 1024 * 1024, Duration.ofDays(1)));
    var settings =
        ProducerSettings.of(
            KafkaConnection.plaintext(TestServers.kafka().bootstrapServers()), "shop");
    // Until the flush.
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 60_000);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 120_000);
    var failures = Collections.synchronizedList(new ArrayList<Exception>());
    try (var producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int record = 0; record < records; record++) {
        var _ =
            producer.send(
                new ProducerRecord<>(topic, 0, time.toEpochMilli(), new byte[] {1}, new byte[] {1}),
                (_, failure) -> failures.add(requireNonNull(failure)));
      }
      producer.flush();
    }
    return failures;
  }
}
