package onceward.messaging.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.annotation.Property;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.List;
import onceward.messaging.testkit.servers.TestPostgres;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Goal: a test class finds what it asked for, and leaves no replication slot behind. */
class MessagingTestTest {

  /** What a test of another team looks like. */
  @ExtendWith(SuiteRun.Only.class)
  @MessagingTest(name = "sound")
  @Property(name = "messaging.instance", value = "mine")
  static class Sound {

    @Inject TestService service;

    @Test
    void a_field_and_a_parameter_are_the_same_service(TestService parameter) {
      assertThat(parameter).isSameAs(service);
    }

    @Test
    void its_database_has_a_slot() throws SQLException {
      assertThat(slots("sound")).isEqualTo(1);
    }

    @Test
    void what_the_class_says_itself_counts(@Property(name = "messaging.instance") String instance) {
      assertThat(instance).isEqualTo("mine");
    }

    @Nested
    class Inside {

      @Test
      void a_nested_class_shares_what_is_around_it() throws SQLException {
        assertThat(slots("sound")).isEqualTo(1);
        service.connect().close();
      }
    }
  }

  @ExtendWith(SuiteRun.Only.class)
  @MessagingTest(name = "unstartable")
  @Property(name = "datasources.default.password", value = "wrong")
  static class Unstartable {

    @Test
    void never_runs() {}
  }

  @Test
  void a_test_class_finds_what_it_asked_for_and_leaves_no_slot() throws SQLException {
    assertThat(SuiteRun.of(Sound.class)).isEqualTo(new SuiteRun(4, List.of()));
    assertThat(slots("sound")).isZero();
  }

  @Test
  void a_class_whose_application_does_not_start_leaves_no_slot_either() throws SQLException {
    assertThat(SuiteRun.of(Unstartable.class).succeeded()).isZero();
    assertThat(slots("unstartable")).isZero();
  }

  @Test
  void a_class_may_run_twice() {
    assertThat(SuiteRun.of(Sound.class).failed()).isEmpty();
    assertThat(SuiteRun.of(Sound.class).failed()).isEmpty();
  }

  private static int slots(String name) throws SQLException {
    TestPostgres postgres = TestServers.postgres();
    try (var connection = postgres.connect("postgres");
        var select =
            connection.prepareStatement(
                "select count(*) from pg_replication_slots where database like ?")) {
      select.setString(1, name + "\\_%");
      var row = select.executeQuery();
      row.next();
      return row.getInt(1);
    }
  }
}
