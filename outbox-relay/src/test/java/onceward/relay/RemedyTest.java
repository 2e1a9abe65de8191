package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import onceward.relay.stop.Stop;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The remedy that a stopped pipeline names for its database mends it, as it stands. Method: the
 * statements are taken out of the command as a shell would, and run by an administrator.
 */
class RemedyTest {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Pattern STATEMENT = Pattern.compile(" -c \"((?:[^\"\\\\]|\\\\.)*)\"");

  private OutboxDatabase database;

  @BeforeEach
  void create() {
    database = OutboxDatabase.create();
  }

  @AfterEach
  void end() throws Exception {
    database.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select pg_drop_replication_slot(slot_name) from pg_replication_slots where database = current_database()",
        "drop publication outbox",
        "alter publication outbox drop table outbox",
        "alter publication outbox set (publish = 'insert')",
        "alter publication outbox set (publish = 'update')",
        "drop publication outbox; create publication outbox for table outbox, relay_canary",
        "drop publication outbox; do $$ begin execute 'create publication outbox for table relay_canary, ' || (select min(inhrelid::regclass::text) from pg_inherits where inhparent = 'outbox'::regclass) || ' with (publish_via_partition_root = true)'; end $$",
        "alter publication outbox set table outbox where (id is not null), relay_canary (slot, beat)",
        "revoke usage on schema public from public",
        "delete from relay_canary",
        "revoke select on outbox, relay_canary from relay",
        "revoke insert on relay_parked from relay",
        "alter role relay noreplication"
      })
  void what_was_done_to_the_database_is_undone(String statement) throws Exception {
    database.administer(statement);
    try (var pipeline = LonePipeline.start(database.parts())) {
      pipeline.awaitDown(LIMIT, "to mend it: psql -h ");

      for (var mending : statements(pipeline.status().stop().map(Stop::remedy).orElseThrow())) {
        database.administer(mending);
      }

      pipeline.awaitStreaming();
    }
  }

  private List<String> statements(String remedy) {
    assertThat(remedy).contains(" -d " + database.name() + " ").doesNotContain(";");
    var statements =
        STATEMENT
            .matcher(remedy)
            .results()
            .map(found -> found.group(1).replaceAll("\\\\(.)", "$1"))
            .toList();
    assertThat(statements).isNotEmpty();
    return statements;
  }
}
