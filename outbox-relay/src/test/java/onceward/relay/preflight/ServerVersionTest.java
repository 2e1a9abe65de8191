package onceward.relay.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import onceward.relay.source.DatabaseFacts;
import onceward.relay.source.DatabaseFacts.Server;
import onceward.relay.source.DatabaseSettings;
import onceward.relay.source.DatabaseTls;
import onceward.relay.source.Servers;
import onceward.relay.source.Shard;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StopReason;
import org.junit.jupiter.api.Test;

/** A server that is too old is named before anything else, and a newer one than any is not. */
class ServerVersionTest {

  private static final DatabaseSettings SETTINGS =
      new DatabaseSettings(
          Servers.of("db", 5432),
          "shop",
          "relay",
          () -> "",
          new DatabaseTls("disable", null, null, null),
          "public.outbox",
          "public",
          Shard.whole("s", "p"));

  @Test
  void a_server_before_15_is_named_with_what_is_allowed() {
    assertThat(stop(new Server(14, "14.22")))
        .returns(StopReason.DATABASE_UNFIT, Stop::reason)
        .returns("the server is PostgreSQL 14.22; allowed: 15 and newer", Stop::sentence);
  }

  @Test
  void a_server_from_15_on_is_not_judged_by_its_version() {
    for (var major : new int[] {15, 18, 25}) {
      assertThat(stop(new Server(major, major + ".1")).sentence()).doesNotContain("PostgreSQL");
    }
  }

  private static Stop stop(Server server) {
    return new DatabaseChecks("shop", SETTINGS, DatabaseFacts.of(server)).stop().orElseThrow();
  }
}
