package onceward.relay;

import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static java.nio.file.StandardOpenOption.APPEND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import onceward.localstack.postgres.PostgresServer;
import onceward.localstack.postgres.PostgresSettings;
import onceward.localstack.process.Signal;
import onceward.localstack.process.Trees;
import onceward.messaging.testkit.servers.TestPostgres;
import onceward.relay.position.Lsn;
import onceward.relay.publish.Delivery;
import onceward.relay.stop.StopReason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server that is restored from an older backup stops the relay, which publishes nothing and
 * leaves the slot as it is until an operator accepts that.
 *
 * <p>Method: message 1 is relayed and the server's files are copied while it is down; message 2 is
 * relayed; the server ends and its files are replaced by the copy. What the relay has published is
 * then not in the database any more, and may be written anew, as message 3. With {@code
 * relay.recovery} also by a recovery to a point in time.
 */
class RestoreTest {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  @TempDir private Path directory;
  private PostgresSettings settings;
  private PostgresServer server;
  private OutboxDatabase database;
  private TopicReader topic;
  private List<String> published = List.of();

  @BeforeEach
  void relayOneAndMakeBackup() throws Exception {
    topic = new TopicReader().createTopic();
    settings = PostgresSettings.in(directory);
    server = PostgresServer.start(settings);
    database = OutboxDatabase.on(TestPostgres.of(server));
    relay(1);
    server.close();
    copy(settings.dataDirectory(), backup());
    server = PostgresServer.start(settings);
  }

  @AfterEach
  void end() {
    topic.close();
    endServerAtOnce();
  }

  /** As in a crash: without a last checkpoint. */
  private void endServerAtOnce() {
    PostgresServer.find(settings).ifPresent(one -> one.end(LIMIT, Signal.QUIT, Signal.KILL));
  }

  /** The second relay comes when the log is longer than before, so that only the canary tells. */
  @Test
  void an_older_backup_stops_the_relay_until_that_is_accepted() throws Exception {
    String written;
    String slot;
    try (var running = start(Delivery.EXACTLY_ONCE)) {
      publish(2);
      written = database.logPosition();
      server.close();
      running.awaitDown(LIMIT, "refused");
      replaceByBackup();
      slot = startServer();
      running.awaitStopped(LIMIT, StopReason.DATABASE_REWOUND, "but the server's log ends at");
      assertUntouched(slot);
    }
    database.append(topic.aggregateType(), "a", 3);
    database.writeUntilPast(written);
    try (var late = start(Delivery.AT_LEAST_ONCE)) {
      late.awaitStopped(
          LIMIT, StopReason.DATABASE_REWOUND, "the database was restored from a backup");
      assertUntouched(slot);

      assertThat(late.accept()).isTrue();
      assertGoesOn(late);
    }
  }

  /**
   * Method: the old server's log serves as archive, up to a place before message 2. A base backup
   * has no slots, so the copy loses its own.
   */
  @Test
  @EnabledIfSystemProperty(named = "relay.recovery", matches = "true")
  void a_recovery_to_a_point_in_time_is_a_timeline_of_its_own() throws Exception {
    database.administer("select pg_create_restore_point('before')");
    relay(2);
    server.close();
    var archive = replaceByBackup().resolve("pg_wal");
    removeSlots();
    recoverFrom(archive, "before");

    try (var pipeline = start(Delivery.EXACTLY_ONCE)) {
      pipeline.awaitStopped(LIMIT, StopReason.SLOT_MISSING, "there is no replication slot");
      database.makeSlot("pgoutput");
      var slot = database.slotPosition();
      database.append(topic.aggregateType(), "a", 3);

      pipeline.awaitStopped(
          LIMIT, StopReason.TIMELINE_CHANGED, "reached on timeline 1, and the server is on 2");
      assertUntouched(slot);

      assertThat(pipeline.accept()).isTrue();
      assertGoesOn(pipeline);
    }
  }

  /** Method: the server recovers as a standby from a crash, and is promoted with much to write. */
  @Test
  void a_standby_is_not_read_and_its_promotion_is_noticed_before_a_checkpoint_tells_of_it()
      throws Exception {
    database.administer(
        "create table filler as select repeat('x', 1000) from generate_series(1, 10000)");
    endServerAtOnce();
    Files.createFile(settings.dataDirectory().resolve("standby.signal"));
    var slot = startServer();

    try (var pipeline = start(Delivery.EXACTLY_ONCE)) {
      pipeline.awaitStopped(LIMIT, StopReason.DATABASE_READ_ONLY, "the server is a standby");
      assertUntouched(slot);

      database.administer("select pg_promote()");

      pipeline.awaitStopped(
          LIMIT, StopReason.TIMELINE_CHANGED, "reached on timeline 1, and the server is on 2");
    }
    assertThat(database.ask("select timeline_id from pg_control_checkpoint()")).isEqualTo("1");
  }

  /** Method: the slot goes back to where the server's last checkpoint wrote it to disk. */
  @Test
  void a_crash_of_the_server_repeats_nothing_that_is_written_down() throws Exception {
    try (var pipeline = start(Delivery.AT_LEAST_ONCE)) {
      pipeline.awaitStreaming();
      for (var version = 2; version <= 5; version++) {
        publish(version);
      }
      var slot = Lsn.parse(database.slotPosition());
      endServerAtOnce();
      var back = Lsn.parse(startServer());
      assertThat(slot.isAfter(back)).as("the slot went back from %s to %s", slot, back).isTrue();

      publish(6);
    }
    assertThat(published).containsExactly("1", "2", "3", "4", "5", "6");
  }

  private void relay(long version) throws Exception {
    try (var _ = start(Delivery.AT_LEAST_ONCE)) {
      publish(version);
    }
  }

  private void publish(long version) throws Exception {
    database.append(topic.aggregateType(), "a", version);
    var text = Long.toString(version);
    await().atMost(LIMIT).until(() -> topic.readOn().contains(text));
    // The slot and the canary that is written down stand behind it.
    var position = database.logPosition();
    await().atMost(LIMIT).until(() -> database.slotIsPast(position));
    published = topic.readOn();
  }

  private LonePipeline start(Delivery delivery) {
    return LonePipeline.start(database.parts(delivery, 512));
  }

  /** Nothing more was published, and the slot is where the backup has it. */
  private void assertUntouched(String slot) {
    assertThat(topic.readOn()).isEqualTo(published);
    assertThat(database.slotPosition()).isEqualTo(slot);
  }

  /** What was written after the restore comes; what the slot told last may come again. */
  private void assertGoesOn(LonePipeline pipeline) throws Exception {
    pipeline.awaitStreaming();
    database.append(topic.aggregateType(), "a", 4);
    await().atMost(LIMIT).until(() -> topic.readOn().contains("4"));
    var more = topic.versions().subList(published.size(), topic.versions().size());
    assertThat(more).filteredOn(one -> !"1".equals(one)).containsExactly("3", "4");
  }

  /** Returns where the slot stands. */
  private String startServer() {
    server = PostgresServer.start(settings);
    return database.slotPosition();
  }

  /** Returns where the server's files are now. */
  private Path replaceByBackup() throws IOException {
    var replaced = directory.resolve("replaced");
    Files.move(settings.dataDirectory(), replaced);
    Files.move(backup(), settings.dataDirectory());
    return replaced;
  }

  private void removeSlots() throws IOException {
    var slots = settings.dataDirectory().resolve("pg_replslot");
    Trees.delete(slots);
    Files.createDirectory(slots);
  }

  /** Returns when the server takes writes. */
  private void recoverFrom(Path archive, String restorePoint) throws IOException {
    Files.createFile(settings.dataDirectory().resolve("recovery.signal"));
    Files.writeString(
        settings.dataDirectory().resolve("postgresql.auto.conf"),
        """
        restore_command = 'cp "%s/%%f" "%%p"'
        recovery_target_name = '%s'
        recovery_target_action = 'promote'
        """
            .formatted(archive, restorePoint),
        APPEND);
    server = PostgresServer.start(settings);
    await().atMost(LIMIT).until(() -> database.ask("select pg_is_in_recovery()").equals("f"));
  }

  private Path backup() {
    return directory.resolve("backup");
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var all = Files.walk(from)) {
      for (var one : all.toList()) {
        Files.copy(one, to.resolve(from.relativize(one)), COPY_ATTRIBUTES);
      }
    }
  }
}
