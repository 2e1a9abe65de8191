package onceward.benchmarks.rebuild;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import onceward.benchmarks.WholeSystem;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.MessageRecords;
import onceward.messaging.testkit.TestMessages;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The whole system, with people in the directory of user-service. */
final class DirectoryStack implements AutoCloseable {

  private static final Duration CONSUMED_WITHIN = Duration.ofMinutes(60);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final int STEP = 100_000;
  private static final int NAME_LENGTH = 12;

  private final WholeSystem system;

  private DirectoryStack(WholeSystem system) {
    this.system = system;
  }

  static DirectoryStack start() throws IOException {
    return new DirectoryStack(
        WholeSystem.start(settings -> settings.withProgress(System.err::println)));
  }

  Path home() {
    return system.home();
  }

  String gateway() {
    return system.gateway();
  }

  /** Processor time of user-service since its start. */
  double cpuSeconds() {
    return system.processorSeconds("user-service");
  }

  /**
   * Publishes that so many people want to be found, as if user-service had said so, and waits until
   * the directory has them.
   */
  void fill(int people) throws InterruptedException {
    var settings = new HashMap<String, Object>(system.stack().kafka().adminProperties());
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 20);
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 * 1024);
    var bytes = new ByteArraySerializer();
    try (var producer = new KafkaProducer<>(settings, bytes, bytes)) {
      for (var number = 1; number <= people; number++) {
        var sent = producer.send(MessageRecords.toRecord(listed(), "/onceward/user-service"));
        if (number % STEP == 0 || number == people) {
          sent.get();
          System.err.printf("published %,d of %,d%n", number, people);
        }
      }
    } catch (ExecutionException failure) {
      throw new IllegalStateException("could not publish", failure);
    }
    var limit = System.nanoTime() + CONSUMED_WITHIN.toNanos();
    for (var there = count(); there < people; there = count()) {
      System.err.printf("the directory has %,d of %,d%n", there, people);
      if (System.nanoTime() - limit > 0) {
        throw new IllegalStateException("the directory has %,d people".formatted(there));
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
    ask("create table before_rebuild as table directory");
    ask("vacuum analyze");
  }

  private static Message listed() {
    var account = UUID.randomUUID();
    var name = UUID.nameUUIDFromBytes(account.toString().getBytes(UTF_8)).toString();
    return new Message(
        TestMessages.newId(),
        "profile",
        account.toString(),
        1,
        "ProfileListed",
        "{\"accountId\":\"%s\",\"name\":\"%s\"}"
            .formatted(account, name.replace("-", "").substring(0, NAME_LENGTH)),
        MessageContext.NONE);
  }

  private long count() {
    return ask("select count(*) from directory");
  }

  /** Rows that are in the directory and were not before, or the other way round. */
  long differences() {
    return ask(
        """
        select count(*) from ((table before_rebuild except table directory) union all (table directory except table before_rebuild)) different
        """);
  }

  /** How many messages the rebuild wrote. */
  long rebuilt() {
    return ask(
        "select records from replay_count where phase = 'run' and outcome = 'handled' and replay = (select id from replay where state = 'done')");
  }

  /** From when the rebuild began, after its plan, until the new table answered. */
  double rebuildSeconds() {
    return ask(
            "select extract(epoch from ended_at - started_at) * 1000 from replay where state = 'done'")
        / 1e3;
  }

  private long ask(String sql) {
    try (Connection connection = system.stack().postgres().connect("user");
        var statement = connection.createStatement()) {
      if (!statement.execute(sql)) {
        return 0;
      }
      var row = statement.getResultSet();
      row.next();
      return row.getLong(1);
    } catch (SQLException failure) {
      throw new IllegalStateException(sql, failure);
    }
  }

  @Override
  public void close() {
    system.close();
  }
}
