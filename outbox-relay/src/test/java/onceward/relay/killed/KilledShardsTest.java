package onceward.relay.killed;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import onceward.relay.OutboxDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: several shards of one outbox publish what is committed, each aggregate in order, and
 * nothing else, although the relay is killed, or their number is changed under load.
 *
 * <p>Method: real programs. Rows of many aggregates are there when a relay starts, and more are
 * appended while it publishes.
 */
class KilledShardsTest {

  private static final int SHARDS = 4;
  private static final int KILLS = Integer.getInteger("relay.shards.kills", 3);
  private static final int AGGREGATES = 300;

  /** At once, before each start. */
  private static final int VERSIONS = 5;

  private static final int LIMIT_SECONDS = 240;

  @TempDir private static Path directory;

  private OutboxDatabase database;
  private PublishedTopic topic;
  private RelayProcesses processes;
  private int appended;

  @BeforeEach
  void makeDatabaseAndTopic() throws Exception {
    database = OutboxDatabase.create();
    topic = PublishedTopic.create();
    processes = new RelayProcesses(database, directory);
  }

  @AfterEach
  void end() throws Exception {
    topic.close();
    database.close();
  }

  @ParameterizedTest
  @EnumSource
  void all_arrive_in_order_wherever_the_relay_is_killed(Delivery delivery) throws Exception {
    database.divide(SHARDS);
    processes.with("shards", Integer.toString(SHARDS)).with("delivery", delivery.setting());
    try (var writers = new Writers(database, topic.aggregateType(), RelaySeries.SEED)) {
      writers.start();
      for (var number = 0; number < KILLS; number++) {
        appendMany();
        // The captures take turns, so that each goes on where one with the other was killed.
        processes.with("capture", number % 2 == 0 ? "pgoutput" : "engine");
        try (var relay = RelayProgram.start(processes, "/shop")) {
          awaitMore(AGGREGATES, relay);
          relay.process().kill();
        }
        database.awaitSlotFree();
      }
    }
    appendMany();
    try (var relay = RelayProgram.start(processes, "/shop")) {
      awaitAll(relay);
      relay.process().end();
    }

    var audit = Audit.of(database, topic);
    assertThat(audit.committed()).isGreaterThan((KILLS + 1L) * AGGREGATES * VERSIONS);
    audit.assertFine();
    audit.assertCovered();
    if (!delivery.repeats()) {
      assertThat(audit.duplicates()).isZero();
    }
  }

  /** Also exactly once: nothing comes again. */
  @Test
  void their_number_is_changed_under_load() throws Exception {
    processes.with("delivery", Delivery.EXACTLY_ONCE.setting());
    appendMany();
    var writer = new PatientWriter(database, topic.aggregateType());
    try (writer) {
      change(SHARDS, RelayProgram.start(processes, "/shop"));
      processes.with("shards", Integer.toString(SHARDS));
      appendMany();
      change(1, RelayProgram.start(processes, "/shop"));
      processes.with("shards", "1");
      appendMany();
    }
    try (var relay = RelayProgram.start(processes, "/shop")) {
      // The slot of that name was published from before, so its position is an old one.
      await("slot-ahead by " + relay.process())
          .atMost(LIMIT_SECONDS, SECONDS)
          .until(() -> relay.read("/relay").contains("slot-ahead"));
      assertThat(relay.post("/relay/shop/accept")).isEqualTo(200);
      awaitAll(relay);
      relay.process().end();
    }

    var audit = Audit.of(database, topic);
    audit.assertFine();
    assertThat(audit.duplicates()).isZero();
    assertThat(writer.refused()).isPositive();
  }

  /** As the script says: it runs beside the relay, which ends when all is published. */
  private void change(int shards, RelayProgram before) throws Exception {
    try (before) {
      awaitMore(AGGREGATES, before);
      var change = CompletableFuture.runAsync(() -> database.changeShards(shards));
      await("fence")
          .atMost(LIMIT_SECONDS, SECONDS)
          .until(() -> change.isDone() || isRefusingRows());
      var fenced = database.logPosition();
      await("all published by " + before.process())
          .atMost(LIMIT_SECONDS, SECONDS)
          .until(() -> change.isDone() || database.slotsArePast(fenced));
      before.process().end();
      change.get(LIMIT_SECONDS, SECONDS);
      assertThat(isRefusingRows()).isFalse();
    }
  }

  /** Where transactions take long, the script leaves a trigger behind that lets all rows in. */
  private boolean isRefusingRows() {
    return database
        .ask(
            "select exists (select from pg_trigger join pg_proc on pg_proc.oid = tgfoid where tgname = 'relay_shards_fence' and prosrc like '%raise%')::text")
        .equals("true");
  }

  /** Versions of many aggregates, several of each in one transaction. */
  private void appendMany() throws SQLException {
    database.administer(
        "insert into outbox (aggregatetype, aggregateid, aggregateversion, type, payload) select '%s', 'many-' || aggregate, version, 'Moved', '{}' from generate_series(%d, %d) version, generate_series(1, %d) aggregate order by version, aggregate"
            .formatted(
                topic.aggregateType(),
                appended * VERSIONS + 1,
                (appended + 1) * VERSIONS,
                AGGREGATES));
    appended++;
  }

  private void awaitMore(int count, RelayProgram relay) {
    topic.readOn();
    var enough = topic.ids().size() + count;
    awaitPublished(enough, relay);
  }

  private void awaitAll(RelayProgram relay) {
    awaitPublished(Integer.parseInt(database.ask("select count(*) from outbox")), relay);
  }

  private void awaitPublished(int count, RelayProgram relay) {
    await("%d published by %s".formatted(count, relay.process()))
        .atMost(LIMIT_SECONDS, SECONDS)
        .until(() -> {
          topic.readOn();
          return topic.ids().size() >= count;
        });
  }
}
