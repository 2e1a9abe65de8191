package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import onceward.messaging.testkit.TestServers;
import onceward.relay.source.DatabaseException;
import onceward.relay.source.JudgedServer;
import org.junit.jupiter.api.Test;

/**
 * A database that takes a connection and then does not answer is given up, and so is another one
 * than the one that was judged.
 */
class SilentDatabaseTest {

  /** Far more than it takes: only to fail in the end. */
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** Method: the table of the canary is locked. */
  @Test
  void a_statement_that_is_not_answered_is_given_up() throws Exception {
    try (var database = OutboxDatabase.create();
        var other = TestServers.postgres().connect(database.name());
        var lock = other.createStatement()) {
      other.setAutoCommit(false);
      lock.execute("lock table relay_canary");

      assertTimeoutPreemptively(
          LIMIT,
          () ->
              assertThatThrownBy(database.parts().database().canaryMover()::move)
                  .isInstanceOf(DatabaseException.class)
                  .hasMessageContaining(
                      "cannot move the canary of slot %s".formatted(database.slot())));
      // What the relay has given up does not stay on the server, or its sessions would pile up.
      await()
          .atMost(LIMIT)
          .until(() ->
              "0"
                  .equals(
                      database.ask(
                          "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()")));
    }
  }

  @Test
  void a_database_that_is_gone_is_named_with_the_page_to_read() throws Exception {
    var database = OutboxDatabase.create();
    var source = database.parts().database();
    database.close();
    try (var admin = TestServers.postgres().connect("postgres");
        var drop = admin.createStatement()) {
      drop.execute("drop database %s with (force)".formatted(database.name()));
    }

    assertThatThrownBy(source::look)
        .isInstanceOf(DatabaseException.class)
        .hasMessageContaining("does not exist")
        .hasMessageContaining("read infra/docs/runbook/consumer-database-lost.md");
  }

  /** A name may stand for another server by the time of the question. */
  @Test
  void another_server_is_not_asked_what_is_visible() throws Exception {
    try (var database = OutboxDatabase.create()) {
      var source = database.parts().database();
      var cluster = database.systemIdentifier();
      try (var judged = source.snapshots(new JudgedServer(cluster, 1));
          var promoted = source.snapshots(new JudgedServer(cluster, 2));
          var copied = source.snapshots(new JudgedServer("1", 1))) {
        assertThat(judged.now().next()).isPositive();
        assertThatThrownBy(promoted::now)
            .isInstanceOf(DatabaseException.class)
            .hasMessageContaining("on timeline 1, not " + cluster + " on 2");
        assertThatThrownBy(copied::now)
            .isInstanceOf(DatabaseException.class)
            .hasMessageContaining("cluster " + cluster);
      }
    }
  }
}
