package onceward.relay.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.testkit.TestMessages;
import onceward.relay.position.TopicIdentity;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/**
 * How a producer sends to partitions to which it has sent nothing yet. Each aggregate type has a
 * topic of one partition.
 */
class BatchProducerTest {

  private static final int PARTITIONS = 700;

  private static final Map<String, TopicIdentity> TOPICS =
      IntStream.range(0, PARTITIONS)
          .boxed()
          .collect(
              Collectors.toMap(
                  type -> "thing-%d.events".formatted(type), _ -> new TopicIdentity("id", 1)));

  private final Broker broker = new Broker();
  private final BatchProducer producer =
      new BatchProducer(
          broker,
          "positions",
          new Addressing(new TopicPattern("", ".events"), "/onceward/shop"),
          new LogEnds(),
          BatchProducer.MEMORY);

  /** One by one, at 30 ms each, these would take 21 s: longer than a transaction may. */
  @Test
  void the_first_messages_of_all_partitions_are_awaited_together() throws Exception {
    var backlog =
        IntStream.range(0, PARTITIONS)
            .boxed()
            .flatMap(type -> List.of(message(type, 1), message(type, 2)).stream())
            .toList();

    var sent = producer.send(backlog, TOPICS);

    assertThat(broker.waits).isEqualTo(1);
    broker.answerAll();
    producer.await(sent);
    assertThat(broker.taken()).hasSize(2 * PARTITIONS);
    for (int type = 0; type < PARTITIONS; type++) {
      assertThat(versions(type)).containsExactly("1", "2");
    }
  }

  @Test
  void nothing_waits_once_the_first_message_of_a_partition_is_answered() throws Exception {
    producer.send(List.of(message(0, 1)), TOPICS);
    broker.answerAll();

    producer.send(List.of(message(0, 2), message(1, 1), message(0, 3)), TOPICS);

    assertThat(broker.waits).isZero();
    assertThat(broker.taken()).containsExactly("0:1", "0:2", "1:1", "0:3");
  }

  /**
   * Method: the first message is answered while the second waits, before the third is looked at.
   */
  @Test
  void no_message_overtakes_one_of_its_partition_that_waits() throws Exception {
    broker.onSend =
        record -> {
          if (record.topic().equals("thing-1.events")) {
            broker.answerAll();
          }
        };

    producer.send(List.of(message(0, 1), message(0, 2), message(1, 1), message(0, 3)), TOPICS);

    assertThat(broker.taken()).containsExactly("0:1", "1:1", "0:2", "0:3");
  }

  @Test
  void a_first_message_that_is_refused_is_named_and_nothing_follows_it() throws Exception {
    var refused = message(1, 1);
    broker.refused = "thing-1.events";

    var sent =
        producer.send(
            List.of(message(0, 1), message(0, 2), refused, message(1, 2), message(2, 1)), TOPICS);

    assertThatThrownBy(() -> producer.await(sent))
        .isInstanceOfSatisfying(
            MessageRefusedException.class,
            failure -> assertThat(failure.refused()).isEqualTo(refused));
    assertThat(broker.taken()).containsExactly("0:1", "1:1", "2:1");
  }

  private List<String> versions(int type) {
    return broker.taken().stream()
        .filter(one -> one.startsWith(type + ":"))
        .map(one -> one.substring(one.indexOf(':') + 1))
        .toList();
  }

  private static Message message(int type, long version) {
    return new Message(
        TestMessages.newId(), "thing-" + type, "a", version, "Moved", "{}", MessageContext.NONE);
  }

  /** Answers all that is on its way when somebody waits for an answer. */
  private static final class Broker extends MockProducer<byte[], byte[]> {

    private Consumer<ProducerRecord<byte[], byte[]>> onSend = _ -> {};
    private String refused = "";
    private int waits;
    private final List<String> unanswered = new ArrayList<>();

    Broker() {
      super(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> record, Callback callback) {
      var sent = super.send(record, callback);
      unanswered.add(record.topic());
      onSend.accept(record);
      return new Answer(sent);
    }

    void answerAll() {
      for (var topic : List.copyOf(unanswered)) {
        if (topic.equals(refused)) {
          errorNext(new RecordTooLargeException("too large"));
        } else {
          completeNext();
        }
      }
      unanswered.clear();
    }

    List<String> taken() {
      return history().stream()
          .map(record ->
              "%s:%s"
                  .formatted(
                      record.topic().replaceAll("\\D", ""),
                      new String(record.headers().lastHeader("ce_sequence").value(), UTF_8)))
          .toList();
    }

    private final class Answer implements Future<RecordMetadata> {

      private final Future<RecordMetadata> answer;

      Answer(Future<RecordMetadata> answer) {
        this.answer = answer;
      }

      @Override
      public RecordMetadata get() throws InterruptedException, ExecutionException {
        if (!answer.isDone()) {
          waits++;
          answerAll();
        }
        return answer.get();
      }

      @Override
      public RecordMetadata get(long timeout, TimeUnit unit)
          throws InterruptedException, ExecutionException {
        return get();
      }

      @Override
      public boolean isDone() {
        return answer.isDone();
      }

      @Override
      public boolean isCancelled() {
        return answer.isCancelled();
      }

      @Override
      public boolean cancel(boolean mayInterrupt) {
        return answer.cancel(mayInterrupt);
      }
    }
  }
}
