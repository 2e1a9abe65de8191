package onceward.relay.killed;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import onceward.relay.OutboxDatabase;
import onceward.relay.TrappedRelay;
import onceward.relay.capture.CaptureMethod;

/**
 * Relays for one outbox that end one after another under load, killed or in good order, and one
 * that publishes the rest, by both captures in turns. Only those that are killed may lie.
 */
final class RelaySeries implements AutoCloseable {

  static final long SEED = Long.getLong("relay.kills.seed", System.currentTimeMillis());

  private static final String PROGRAM = TrappedRelay.class.getName();

  private static final int REST_SECONDS = 120;

  /** The first few batches after a start, so that many of them are what the last one left. */
  private static final int BATCHES_MAX = 5;

  /** After which one ends in good order: it may be in the middle of anything. */
  private static final int MESSAGES_MAX = 100;

  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private record Kill(Point point, int hit, double part) {}

  private final OutboxDatabase database = OutboxDatabase.create();
  private final PublishedTopic topic = PublishedTopic.create();
  private final Random random = new Random(SEED);
  private final RelayProcesses processes;
  private final Lie lie;
  private int starts;
  private int rests;

  RelaySeries(Path directory, Delivery delivery, Lie lie) throws Exception {
    this.processes = new RelayProcesses(database, directory).with("delivery", delivery.setting());
    this.lie = lie;
  }

  /** Kills so often at each of the points, in an order made by chance. */
  Audit kill(int kills, Point... points) throws Exception {
    var all = kills(kills, points);
    return underLoad(() -> killAll(all));
  }

  /** Kills once, when so many batches have come to the point: the same with every seed. */
  Audit killOnce(Point point, int batches) throws Exception {
    return underLoad(() -> killAll(List.of(new Kill(point, batches, 0))));
  }

  /** Has so many end in good order. */
  Audit restart(int restarts) throws Exception {
    return underLoad(() -> restartAll(restarts));
  }

  private Audit underLoad(Ends ends) throws Exception {
    try (var writers = new Writers(database, topic.aggregateType(), SEED)) {
      writers.start();
      ends.come();
    }
    publishTheRest();
    return Audit.of(database, topic);
  }

  private List<Kill> kills(int kills, Point... points) {
    var all = new ArrayList<Kill>();
    for (var point : points) {
      for (var kill = 0; kill < kills; kill++) {
        all.add(new Kill(point, 1 + random.nextInt(hitMax(point)), random.nextDouble()));
      }
    }
    Collections.shuffle(all, random);
    return all;
  }

  private static int hitMax(Point point) {
    return switch (point) {
      case OPENED, READING, STARTING -> 1;
      case CAPTURED, SENDING, SENT, PUBLISHED, ACKNOWLEDGED, FLUSHING -> BATCHES_MAX;
    };
  }

  /**
   * The next one gets ready while one runs: most of the time would be their starts. The outbox gets
   * a column while none runs and one while one does.
   */
  private void killAll(List<Kill> kills) throws Exception {
    var next = start(kills.getFirst());
    for (var number = 0; number < kills.size(); number++) {
      if (number == kills.size() / 3) {
        addColumn(number);
      }
      try (var running = next) {
        running.begin();
        if (number == kills.size() / 2) {
          addColumn(number);
        }
        if (number + 1 < kills.size()) {
          next = start(kills.get(number + 1));
        }
        running.awaitKilledAt(kills.get(number).point());
        topic.readOn();
      }
    }
  }

  /**
   * As a migration may while old rows wait to be published. It must not wait long: a writer with a
   * second transaction would wait behind it, and it for the writer's first.
   */
  private void addColumn(int number) {
    var statement =
        "set lock_timeout = '300ms'; alter table outbox add column if not exists later_%d text not null default 'none'"
            .formatted(number);
    await()
        .atMost(REST_SECONDS, SECONDS)
        .pollInterval(20, MILLISECONDS)
        .ignoreExceptionsMatching(failure ->
            failure instanceof SQLException refused
                && LOCK_NOT_AVAILABLE.equals(refused.getSQLState()))
        .until(() -> {
          database.administer(statement);
          return true;
        });
  }

  private void restartAll(int restarts) throws Exception {
    var next = start(Map.of());
    for (var number = 0; number < restarts; number++) {
      try (var running = next) {
        running.begin();
        if (number + 1 < restarts) {
          next = start(Map.of());
        }
        awaitPublished(1 + random.nextInt(MESSAGES_MAX), running);
        running.stop();
      }
    }
  }

  private void awaitPublished(int more, RelayProcess relay) {
    var enough = topic.ids().size() + more;
    await("more by " + relay)
        .atMost(REST_SECONDS, SECONDS)
        .until(() -> {
          topic.poll();
          return topic.ids().size() >= enough;
        });
  }

  private RelayProcess start(Kill kill) throws Exception {
    return start(
        Map.of(
            "killed.point", kill.point(),
            "killed.hit", kill.hit(),
            "killed.part", kill.part(),
            "killed.lie", lie));
  }

  /** The captures take turns, so that each goes on where one with the other was killed. */
  private RelayProcess start(Map<String, Object> more) throws Exception {
    var captures = CaptureMethod.values();
    var capture = captures[starts++ % captures.length];
    return processes.with("capture", capture.code()).start(PROGRAM, more);
  }

  /** By one that ends in good order. What is appended last is published last. */
  private void publishTheRest() throws Exception {
    var end = "end-" + ++rests;
    database.append(topic.aggregateType(), end, 1);
    try (var relay = start(Map.of())) {
      relay.begin();
      await("the rest by " + relay)
          .atMost(REST_SECONDS, SECONDS)
          .until(() -> {
            topic.readOn();
            return topic.has(end);
          });
      relay.stop();
    }
  }

  @Override
  public void close() throws SQLException {
    topic.close();
    database.close();
  }

  /** What happens to relays while messages are appended. */
  @FunctionalInterface
  private interface Ends {
    void come() throws Exception;
  }
}
