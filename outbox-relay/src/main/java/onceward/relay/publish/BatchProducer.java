package onceward.relay.publish;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import onceward.messaging.Message;
import onceward.messaging.RootCause;
import onceward.relay.position.Position;
import onceward.relay.position.TopicIdentity;
import onceward.relay.stop.StoppedException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka producer that sends whole batches and ends with the first failure. For one thread, but
 * for {@link #close()}.
 */
final class BatchProducer implements AutoCloseable {

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  /** Well below what brokers keep by default: producer.id.expiration.ms is a day. */
  static final Duration MEMORY = Duration.ofMinutes(10);

  private final Producer<byte[], byte[]> kafka;
  private final String positionsTopic;
  private final Addressing addressing;
  private final Duration memory;

  /** By aggregate type. As many at most as Kafka has topics. */
  private final Map<String, Target> targets = new HashMap<>();

  /** How many messages are sent and not answered. */
  private final AtomicInteger unanswered = new AtomicInteger();

  private long batches;

  /** Parts of the coverage with lower numbers are written down. */
  private long partsWritten;

  private final LogEnds ends;

  /** For the thread that publishes. */
  private final LogEnd positionsEnd;

  private volatile boolean abandoned;
  private volatile @Nullable RuntimeException firstFailure;

  /**
   * @param ends where partitions ended for the producers before
   * @param memory how long brokers at least remember what came last to a partition
   * @throws KafkaAwayException if, for one, no name among the servers resolves now
   */
  BatchProducer(
      Supplier<Map<String, Object>> settings,
      String positionsTopic,
      Addressing addressing,
      LogEnds ends,
      Duration memory) {
    this(open(settings), positionsTopic, addressing, ends, memory);
  }

  /** With a producer that is open. */
  BatchProducer(
      Producer<byte[], byte[]> kafka,
      String positionsTopic,
      Addressing addressing,
      LogEnds ends,
      Duration memory) {
    this.kafka = kafka;
    this.positionsTopic = positionsTopic;
    this.addressing = addressing;
    this.ends = ends;
    this.positionsEnd = ends.of(positionsTopic, 0);
    this.memory = memory;
  }

  Producer<byte[], byte[]> kafka() {
    return kafka;
  }

  /**
   * Sends the messages, those of a partition in their order; {@link #await(Sent)} shows whether
   * they arrived. Waits for the first message of each partition that has more, for all of these
   * together: one by one, many partitions would take longer than a transaction may.
   *
   * @param known the topics that are vouched for, by name
   */
  Sent send(List<Message> messages, Map<String, TopicIdentity> known) throws InterruptedException {
    batches++;
    var sent = new Sent();
    var unsent = messages;
    while (!unsent.isEmpty() && !abandoned) {
      unsent = sendWave(unsent, known, sent);
    }
    return sent;
  }

  /**
   * Returns when all of a batch are on all in-sync replicas, or throws why the first message that
   * failed, of this batch or another, is not.
   */
  void await(Sent sent) throws InterruptedException {
    sent.awaitAnswers();
    var failure = firstFailure;
    if (failure != null) {
      throw failure;
    }
  }

  /** A batch that is under way. */
  static final class Sent {

    /** One more than there are messages without an answer, until all are sent. */
    private final AtomicInteger unanswered = new AtomicInteger(1);

    private final CountDownLatch allAnswered = new CountDownLatch(1);

    private void one() {
      unanswered.incrementAndGet();
    }

    private void answered() {
      if (unanswered.decrementAndGet() == 0) {
        allAnswered.countDown();
      }
    }

    private void awaitAnswers() throws InterruptedException {
      answered();
      allAnswered.await();
    }
  }

  /**
   * Sends a position, and before it the parts of its coverage that are not written down yet. Nobody
   * waits for these: one that does not arrive makes its hour unproven.
   */
  Future<RecordMetadata> send(Position reached) throws InterruptedException {
    try {
      for (var part : reached.coverage().closed()) {
        if (part.number() >= partsWritten) {
          var _ =
              kafka.send(
                  CoverageRecords.of(
                      positionsTopic, reached.slot(), reached.coverage().first(), part));
          partsWritten = part.number() + 1;
        }
      }
      return kafka.send(PositionRecords.of(positionsTopic, reached));
    } catch (InterruptException e) {
      throw interrupted();
    } catch (KafkaException | IllegalStateException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  void awaitPosition(Future<RecordMetadata> sent) throws InterruptedException {
    try {
      var lost = positionsEnd.lost(sent.get());
      if (lost.isPresent()) {
        throw new StoppedException(lost.get());
      }
    } catch (ExecutionException e) {
      var failure = firstFailure;
      if (failure != null) {
        // A message that was under way has failed, and with it everything.
        throw failure;
      }
      throw PublishException.ofPosition(positionsTopic, e.getCause() == null ? e : e.getCause());
    }
  }

  /** Closes the producer at once: nothing more of what waits in it is sent. */
  void abandon() {
    if (!abandoned) {
      abandoned = true;
      kafka.close(Duration.ZERO);
    }
  }

  @Override
  public void close() {
    // What nobody has waited for comes again, perhaps from another relay that is further by then.
    kafka.close(abandoned || unanswered.get() > 0 ? Duration.ZERO : CLOSE_LIMIT);
  }

  static InterruptedException interrupted() {
    Thread.interrupted();
    return new InterruptedException("interrupted while publishing");
  }

  /**
   * Sends the messages that need not wait for the first of their partition, and returns the others,
   * in their order, once those firsts are answered.
   */
  private List<Message> sendWave(
      List<Message> messages, Map<String, TopicIdentity> known, Sent batch)
      throws InterruptedException {
    var waiting = new ArrayList<Message>();
    var awaited = new HashSet<Begun>();
    for (var message : messages) {
      if (!send(message, known, batch, awaited)) {
        waiting.add(message);
      }
      if (abandoned) {
        break;
      }
    }
    for (var partition : awaited) {
      partition.awaitFirst();
    }
    return waiting;
  }

  /**
   * Sends a message, unless its partition is among those whose first message is awaited. A first
   * message that is answered meanwhile changes nothing: the message before this one waits.
   *
   * @param awaited gets the message's partition if its first message is not answered
   * @return false if the message has to wait
   */
  private boolean send(
      Message message, Map<String, TopicIdentity> known, Sent batch, Set<Begun> awaited)
      throws InterruptedException {
    var target = target(message);
    try {
      target.countPartitions(batches, known);
      var record = record(message, target);
      var begun = target.begun(record);
      if (awaited.contains(begun)) {
        return false;
      }
      var first = begun.first(memory);
      if (first != null && !first.isDone()) {
        awaited.add(begun);
        return false;
      }
      batch.one();
      unanswered.incrementAndGet();
      var sent =
          kafka.send(
              record, (taken, failure) -> answered(batch, message, target, begun, taken, failure));
      if (first == null) {
        begun.first = sent;
      }
      return true;
    } catch (InterruptException e) {
      throw interrupted();
    } catch (KafkaException | IllegalStateException e) {
      throw first(PublishFailures.of(message, target.topic, e));
    }
  }

  private Target target(Message message) {
    var known = targets.get(message.aggregateType());
    if (known != null) {
      return known;
    }
    try {
      var target = new Target(addressing.topicOf(message));
      targets.put(message.aggregateType(), target);
      return target;
    } catch (MessageRefusedException refused) {
      throw first(refused);
    }
  }

  private ProducerRecord<byte[], byte[]> record(Message message, Target target) {
    try {
      return addressing.record(message, target.topic, target.partition);
    } catch (MessageRefusedException refused) {
      throw first(refused);
    }
  }

  /**
   * A topic that is published to, and what is under way to its partitions.
   *
   * <p>A record goes to a partition by the number that is vouched for, whatever Kafka says by now:
   * a topic that gets more stops the pipeline soon, and until then each key stays where it is. Of a
   * topic that nobody vouches for, the number is asked once.
   */
  private final class Target {

    private final String topic;
    private final Function<byte[], @Nullable Integer> partition = this::partitionOf;
    private final Map<Integer, Begun> begun = new HashMap<>();
    private int partitions;
    private long askedIn;

    Target(String topic) {
      this.topic = topic;
    }

    /** Once in a batch. */
    void countPartitions(long batch, Map<String, TopicIdentity> known) {
      if (askedIn == batch) {
        return;
      }
      var vouched = known.get(topic);
      if (vouched != null) {
        partitions = vouched.partitions();
      } else if (partitions == 0) {
        partitions = kafka.partitionsFor(topic).size();
      }
      askedIn = batch;
    }

    /** The partition to which the producer's own partitioner sends a key. */
    private @Nullable Integer partitionOf(byte[] key) {
      return Utils.toPositive(Utils.murmur2(key)) % partitions;
    }

    /**
     * The first that was sent to a record's partition, which is to be answered before the next is
     * sent. The broker keeps the order of what is under way by the sequence before; without one it
     * takes whatever comes first (read in Kafka 4.3's ProducerAppendInfo). So a batch that is
     * refused would be overtaken by the next. It forgets the sequence of a partition to which
     * nothing came for long, see {@link #MEMORY}.
     */
    Begun begun(ProducerRecord<byte[], byte[]> placed) {
      return begun.computeIfAbsent(
          placed.partition(), partition -> new Begun(ends.of(topic, partition)));
    }
  }

  private static final class Begun {

    private @Nullable Future<RecordMetadata> first;
    private long lastAt;

    /** For the producer's own thread. */
    private final LogEnd end;

    Begun(LogEnd end) {
      this.end = end;
    }

    /** Null if the next to be sent is the first, or the broker may have forgotten the last. */
    @Nullable Future<RecordMetadata> first(Duration memory) {
      var now = System.nanoTime();
      if (first != null && now - lastAt > memory.toNanos()) {
        first = null;
      }
      lastAt = now;
      return first;
    }

    /** {@link #await} shows whether the message arrived. */
    void awaitFirst() throws InterruptedException {
      if (first == null) {
        return;
      }
      try {
        first.get();
      } catch (ExecutionException e) {
        // The callback has abandoned the producer.
      }
    }
  }

  /**
   * The first failure ends the producer at once, on its own thread: a later message of the same key
   * must not reach the topic when an earlier one did not.
   */
  private void answered(
      Sent batch,
      Message message,
      Target target,
      Begun begun,
      @Nullable RecordMetadata taken,
      @Nullable Exception failure) {
    var ended =
        failure != null
            ? PublishFailures.of(message, target.topic, failure)
            : begun.end.lost(taken).map(StoppedException::new).orElse(null);
    if (ended != null && firstFailure == null) {
      firstFailure = ended;
      abandon();
    }
    unanswered.decrementAndGet();
    batch.answered();
  }

  /** Those that follow the first failed of it, and say nothing of why. */
  private RuntimeException first(Exception another) {
    var first = firstFailure;
    if (first != null) {
      return first;
    }
    return another instanceof RuntimeException known ? known : new IllegalStateException(another);
  }

  private static KafkaProducer<byte[], byte[]> open(Supplier<Map<String, Object>> settings) {
    try {
      return new KafkaProducer<>(
          settings.get(), new ByteArraySerializer(), new ByteArraySerializer());
    } catch (KafkaException e) {
      throw new KafkaAwayException("cannot open a Kafka producer: " + RootCause.tell(e), e);
    }
  }
}
