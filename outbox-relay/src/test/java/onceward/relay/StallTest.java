package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import onceward.localstack.fault.Proxy;
import onceward.localstack.process.Signal;
import onceward.messaging.Message;
import onceward.messaging.testkit.TestServers;
import onceward.relay.capture.Capture;
import onceward.relay.capture.CapturedBatch;
import onceward.relay.pipeline.Phase;
import onceward.relay.pipeline.PipelineParts;
import onceward.relay.pipeline.Transition;
import onceward.relay.position.Lsn;
import onceward.relay.position.Position;
import onceward.relay.publish.Publisher;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * No silent stall: when nothing comes through any more, and nobody says so, the pipeline is not
 * ready within 30 s, says why, and goes on by itself once the fault is gone, with nothing lost.
 *
 * <p>Method: message 1 is relayed, the fault is made, message 2 is committed, the fault is mended.
 * The first two tests wait for the pipeline's own limits; the others set a shorter one.
 */
class StallTest {

  private static final Duration PROMISED = Duration.ofSeconds(30);
  private static final Duration SILENCE = Duration.ofSeconds(3);
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final int MANY = 2_000;

  /** Until the pipeline has given up on what stands still, which takes it 25 s more. */
  private static final boolean FREEZE_LONG = Boolean.getBoolean("relay.freeze-long");

  private static final Duration POLL = Duration.ofMillis(10);
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private OutboxDatabase database;
  private TopicReader topic;
  private Proxy proxy;

  @BeforeEach
  void start() {
    database = OutboxDatabase.create();
    topic = new TopicReader().createTopic();
    proxy = Proxy.to(TestServers.postgres().port());
  }

  @AfterEach
  void end() throws Exception {
    proxy.close();
    topic.close();
    database.close();
  }

  @Test
  void a_database_that_says_nothing_more() throws Exception {
    try (var pipeline = streaming(database.partsVia(proxy.port()))) {
      proxy.holdAll();
      database.append(topic.aggregateType(), "a", 2);
      pipeline.awaitDown(PROMISED, "slot %s of database".formatted(database.slot()));

      proxy.heal();
      assertGoesOn(pipeline);
    }
  }

  /** The server believes in the connection for some time, and keeps the slot for it. */
  @Test
  void a_replication_connection_that_says_nothing_more() throws Exception {
    database.administer(
        "alter role relay in database %s set wal_sender_timeout = '6s'".formatted(database.name()));
    try (var pipeline = streaming(database.partsVia(proxy.port()))) {
      proxy.holdReplicationOfNow();
      database.append(topic.aggregateType(), "a", 2);
      pipeline.awaitDown(
          PROMISED, "the database takes changes, but its log or Kafka does not answer");

      pipeline.awaitStreamingAndNeverReadyBefore();
      assertGoesOn(pipeline);
    }
  }

  /** Nobody but the server can end its process, and that holds the slot. */
  @Test
  void a_server_process_that_stands_still() throws Exception {
    try (var pipeline = streaming(soon(database.parts()))) {
      var sender = database.slotHolder();
      sender.pause(SOON);
      try {
        database.append(topic.aggregateType(), "a", 2);
        pipeline.awaitDown(SOON);
        pipeline.awaitDown(
            LIMIT, "session %d holds the slot and is not seen to move it".formatted(sender.pid()));
      } finally {
        sender.send(Signal.CONT);
      }
      // It may still read what was acknowledged, which moves the slot.
      await().atMost(LIMIT).until(() -> !sender.isAlive());
      pipeline.awaitStreamingAndNeverReadyBefore();
      assertGoesOn(pipeline);
    }
  }

  @Test
  void a_broker_that_stands_still_while_nothing_is_appended_and_while_much_is() throws Exception {
    var kafka = TestServers.embeddedKafka().process();
    try (var pipeline = streaming(soon(database.parts()))) {
      kafka.pause(SOON);
      try {
        pipeline.awaitDown(SOON, "Kafka");
      } finally {
        kafka.send(Signal.CONT);
      }
      pipeline.awaitStreaming();

      kafka.pause(SOON);
      try {
        database.copy(topic.aggregateType(), "b", MANY);
        pipeline.awaitDown(SOON, "Kafka");
      } finally {
        kafka.send(Signal.CONT);
      }
      topic.skipInOrder("b", MANY, LIMIT);
      database.append(topic.aggregateType(), "a", 2);
      assertGoesOn(pipeline);
    }
  }

  @Test
  void a_publisher_that_stands_still() throws Exception {
    var freeze = new AtomicBoolean();
    var thaw = new CountDownLatch(1);
    var parts =
        new FaultyParts(soon(database.parts())) {
          @Override
          public Publisher publisher() {
            return freezing(super.publisher(), freeze, thaw);
          }
        };
    try (var pipeline = streaming(parts)) {
      freeze.set(true);
      database.append(topic.aggregateType(), "a", 2);
      pipeline.awaitDown(SOON, "nothing came through for");
      if (FREEZE_LONG) {
        // The publisher is left behind, and the slot is given back.
        pipeline.awaitStreamingAndNeverReadyBefore();
      }
      thaw.countDown();
      pipeline.awaitStreamingAndNeverReadyBefore();
      assertGoesOn(pipeline);
    } finally {
      thaw.countDown();
    }
  }

  /** Every new start makes it begin anew. */
  @Test
  void a_server_that_reads_much_log_before_it_tells_anything_is_given_time() throws Exception {
    var parts =
        new FaultyParts(LonePipeline.stallingAfter(Duration.ofSeconds(1), database.parts())) {
          @Override
          public Capture capture(Position from, Set<UUID> discarded) {
            return starting(super.capture(from, discarded), Duration.ofMillis(2_500));
          }
        };
    try (var pipeline = LonePipeline.start(parts)) {
      database.append(topic.aggregateType(), "a", 2);
      assertGoesOn(pipeline);
    }
  }

  /** The slot repeats the transaction before its place at once, at every start. */
  @Test
  void a_server_that_reads_much_log_behind_the_transaction_that_it_repeats_is_given_time()
      throws Exception {
    streaming(database.parts()).close();
    var parts =
        new FaultyParts(LonePipeline.stallingAfter(Duration.ofSeconds(1), database.parts())) {
          @Override
          public Capture capture(Position from, Set<UUID> discarded) {
            return repeating(super.capture(from, discarded), Duration.ofMillis(2_500), false);
          }
        };
    try (var pipeline = LonePipeline.start(parts)) {
      database.append(topic.aggregateType(), "a", 2);
      assertGoesOn(pipeline);
    }
  }

  /** And is not made to begin anew. */
  @Test
  void a_server_that_is_seen_to_read_on_is_given_all_the_time_it_needs() throws Exception {
    streaming(database.parts()).close();
    var parts =
        new FaultyParts(LonePipeline.stallingAfter(SILENCE, database.parts())) {
          @Override
          public Capture capture(Position from, Set<UUID> discarded) {
            return repeating(super.capture(from, discarded), SILENCE.multipliedBy(3), true);
          }
        };
    try (var pipeline = LonePipeline.start(parts)) {
      database.append(topic.aggregateType(), "a", 2);
      pipeline.awaitDown(SILENCE.multipliedBy(3), "the server reads log");
      assertGoesOn(pipeline);
      assertThat(pipeline.pipeline().history())
          .extracting(Transition::to)
          .doesNotContain(Phase.BACKING_OFF);
    }
  }

  /** Method: 300 MB, which the server reads in longer than a silence may be. */
  @Test
  void a_server_that_reads_log_of_other_tables_comes_to_its_end() throws Exception {
    streaming(database.parts()).close();
    database.administer("create table other (content text)");
    for (int part = 0; part < 40; part++) {
      database.administer(
          "insert into other select repeat('x', 100) from generate_series(1, 50000)");
    }
    database.append(topic.aggregateType(), "a", 2);
    var parts = LonePipeline.stallingAfter(Duration.ofMillis(600), database.parts());
    try (var pipeline = LonePipeline.start(parts)) {
      assertGoesOn(pipeline);
    }
  }

  /**
   * A capture that gives its first batch, and nothing more for some time.
   *
   * @param tells whether the server is seen to read meanwhile
   */
  private static Capture repeating(Capture real, Duration silence, boolean tells) {
    var never = new CountDownLatch(1);
    return new FaultyCapture(real) {

      private long silentUntil;

      @Override
      public Optional<CapturedBatch> next(Duration timeout) throws InterruptedException {
        if (silentUntil == 0) {
          var first = super.next(timeout);
          if (first.isPresent()) {
            silentUntil = System.nanoTime() + silence.toNanos();
          }
          return first;
        }
        if (System.nanoTime() - silentUntil < 0) {
          never.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
          return Optional.empty();
        }
        return super.next(timeout);
      }

      @Override
      public Optional<Lsn> backlogRead() {
        return tells ? Optional.of(new Lsn(System.nanoTime())) : Optional.empty();
      }
    };
  }

  /** A capture whose first batch comes late. */
  private static Capture starting(Capture real, Duration after) {
    var due = System.nanoTime() + after.toNanos();
    var never = new CountDownLatch(1);
    return new FaultyCapture(real) {
      @Override
      public Optional<CapturedBatch> next(Duration timeout) throws InterruptedException {
        if (System.nanoTime() - due < 0) {
          never.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
          return Optional.empty();
        }
        return super.next(timeout);
      }
    };
  }

  private static Publisher freezing(Publisher real, AtomicBoolean freeze, CountDownLatch thaw) {
    return new FaultyPublisher(real) {
      @Override
      List<Message> sending(List<Message> messages) {
        if (freeze.compareAndSet(true, false)) {
          awaitUninterruptibly(thaw);
        }
        return messages;
      }
    };
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    while (latch.getCount() > 0) {
      LockSupport.parkNanos(POLL.toNanos());
      Thread.interrupted();
    }
  }

  private static PipelineParts soon(PipelineParts parts) {
    return LonePipeline.stallingAfter(SILENCE, parts);
  }

  private LonePipeline streaming(PipelineParts parts) throws Exception {
    var pipeline = LonePipeline.start(parts).awaitStreaming();
    database.append(topic.aggregateType(), "a", 1);
    topic.atLeast(1);
    return pipeline;
  }

  private void assertGoesOn(LonePipeline pipeline) throws Exception {
    pipeline.awaitStreaming();
    database.append(topic.aggregateType(), "a", 3);
    await().atMost(LIMIT).untilAsserted(() -> assertThat(topic.readOn()).contains("2", "3"));
  }
}
