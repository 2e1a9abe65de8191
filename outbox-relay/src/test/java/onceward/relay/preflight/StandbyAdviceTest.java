package onceward.relay.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import onceward.relay.source.DatabaseFacts.Server;
import onceward.relay.source.DatabaseSettings;
import onceward.relay.source.DatabaseTls;
import onceward.relay.source.Servers;
import onceward.relay.source.Servers.Address;
import onceward.relay.source.Shard;
import org.junit.jupiter.api.Test;

/** What an operator is told of a promotion to come. */
class StandbyAdviceTest {

  private static final Address A = new Address("a", 5432);
  private static final Server SERVER = new Server(18, "18.6");

  @Test
  void nothing_of_a_server_that_is_the_only_one() {
    assertThat(advice(List.of(A), SERVER, false, false)).isEmpty();
  }

  @Test
  void nothing_where_all_is_ready() {
    assertThat(advice(both(), SERVER, true, true)).isEmpty();
  }

  @Test
  void that_the_slot_stays_behind() {
    assertThat(advice(both(), SERVER, false, true))
        .contains(
            "slot s does not follow to standbys; have it follow: infra/onceward relay pause shop && psql \"host=a port=5432 dbname='shop' user='relay' replication=database\" -c 'ALTER_REPLICATION_SLOT \"s\" (FAILOVER true)'; infra/onceward relay resume shop");
    assertThat(advice(both(), new Server(16, "16.9"), false, true))
        .contains("PostgreSQL 16.9 lets no slot follow to a standby");
  }

  @Test
  void that_the_standby_may_lack_what_is_published() {
    assertThat(advice(both(), SERVER, true, false))
        .hasValueSatisfying(why -> assertThat(why).contains("synchronized_standby_slots is empty"));
  }

  private static List<Address> both() {
    return List.of(A, new Address("b", 5432));
  }

  private static Optional<String> advice(
      List<Address> servers, Server server, boolean failover, boolean isBounded) {
    var settings =
        new DatabaseSettings(
            new Servers(servers),
            "shop",
            "relay",
            () -> "",
            new DatabaseTls("disable", null, null, null),
            "public.outbox",
            "public",
            Shard.whole("s", "p"));
    return new StandbyAdvice("shop", settings, PromotionChecksTest.facts(server, failover))
        .advice(isBounded);
  }
}
