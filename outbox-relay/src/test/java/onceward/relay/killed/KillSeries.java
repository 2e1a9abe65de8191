package onceward.relay.killed;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import onceward.relay.OutboxDatabase;
import onceward.relay.TrappedRelay;

/**
 * A relay that is killed again and again under load, and one that publishes the rest. Only those
 * that are killed may lie.
 */
final class KillSeries implements AutoCloseable {

  static final long SEED = Long.getLong("relay.kills.seed", System.currentTimeMillis());

  private static final int REST_SECONDS = 120;

  /** The first few batches after a start, so that many of them are what the last one left. */
  private static final int BATCHES_MAX = 5;

  private record Kill(Point point, int hit, double part) {}

  private final OutboxDatabase database = OutboxDatabase.create();
  private final PublishedTopic topic = PublishedTopic.create();
  private final Random random = new Random(SEED);
  private final RelayProcesses processes;
  private final Lie lie;
  private int ends;

  KillSeries(Path directory, Delivery delivery, Lie lie) {
    this.processes =
        new RelayProcesses(database, directory).with("delivery", delivery.setting()).shortLived();
    this.lie = lie;
  }

  /** Kills so often at each of the points, in an order made by chance. */
  Audit run(int kills, Point... points) throws Exception {
    return run(kills(kills, points));
  }

  /** Kills once, when so many batches have come to the point: the same with every seed. */
  Audit runOnce(Point point, int batches) throws Exception {
    return run(List.of(new Kill(point, batches, 0)));
  }

  private Audit run(List<Kill> kills) throws Exception {
    try (var first = start(Map.of())) {
      first.begin();
      publishTheRest(first);
    }
    try (var writers = new Writers(database, topic.aggregateType(), SEED)) {
      writers.start();
      killAll(kills);
    }
    try (var last = start(Map.of())) {
      last.begin();
      publishTheRest(last);
    }
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

  /** The next one gets ready while one runs: most of the time would be their starts. */
  private void killAll(List<Kill> kills) throws IOException, InterruptedException {
    var next = start(kills.getFirst());
    for (var number = 0; number < kills.size(); number++) {
      try (var running = next) {
        running.begin();
        if (number + 1 < kills.size()) {
          next = start(kills.get(number + 1));
        }
        running.awaitKilledAt(kills.get(number).point());
        topic.readOn();
      }
    }
  }

  private RelayProcess start(Kill kill) throws IOException {
    return start(
        Map.of(
            "killed.point", kill.point(),
            "killed.hit", kill.hit(),
            "killed.part", kill.part(),
            "killed.lie", lie));
  }

  private RelayProcess start(Map<String, Object> more) throws IOException {
    return processes.start(TrappedRelay.class.getName(), more);
  }

  /** What is appended last is published last. */
  private void publishTheRest(RelayProcess relay) throws Exception {
    var end = "end-" + ++ends;
    database.append(topic.aggregateType(), end, 1);
    await("the rest by " + relay)
        .atMost(REST_SECONDS, SECONDS)
        .until(() -> {
          topic.readOn();
          return topic.has(end);
        });
    relay.stop();
  }

  @Override
  public void close() throws SQLException {
    topic.close();
    database.close();
  }
}
