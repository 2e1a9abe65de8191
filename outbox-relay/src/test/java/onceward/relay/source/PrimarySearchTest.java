package onceward.relay.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.List;
import onceward.relay.source.PrimarySearch.Answer;
import onceward.relay.source.Servers.Address;
import org.junit.jupiter.api.Test;

/** Which of several servers is read and which is warned of, by what they say of themselves. */
class PrimarySearchTest {

  private static final Address A = new Address("a", 5432);
  private static final Address B = new Address("b", 5432);
  private static final Address C = new Address("::1", 5432);

  @Test
  void the_one_that_takes_writes() throws Exception {
    assertThat(chosen(standby(A), primary(B, 1), gone(C))).isEqualTo(B);
  }

  @Test
  void not_an_old_primary_that_came_back() throws Exception {
    assertThat(chosen(primary(A, 1), primary(B, 2))).isEqualTo(B);
    assertThat(chosen(primary(A, 10), primary(B, 9))).isEqualTo(A);
  }

  @Test
  void none_as_long_as_no_standby_is_promoted() {
    assertThatThrownBy(() -> chosen(gone(A), standby(C)))
        .isInstanceOf(SQLException.class)
        .hasMessage(
            "none of the servers is a primary: a:5432 does not answer (refused); [::1]:5432 is a standby");
  }

  @Test
  void neither_of_two_that_were_promoted_beside_each_other() {
    assertThatThrownBy(() -> chosen(primary(A, 2), primary(B, 2), gone(C)))
        .isInstanceOf(SQLException.class)
        .hasMessage(
            "more than one server is the primary, end all but one: a:5432 is a primary on timeline 2; b:5432 is a primary on timeline 2");
  }

  @Test
  void an_old_primary_that_is_back_is_warned_of() {
    var others = PrimarySearch.others(List.of(primary(A, 1), standby(C)), "7");

    assertThat(others).containsExactly(new OtherPrimary(A, 1));
    assertThat(others.getFirst().warning(B, 2))
        .isEqualTo(
            "a:5432 is a primary too, on timeline 1, while the relay reads from b:5432, on timeline 2: what services write to a:5432 is never published; it is an old primary that is back: end it for good (infra/docs/runbook/failover.md)");
  }

  @Test
  void so_is_one_that_was_promoted_beside_the_one_that_is_read() {
    assertThat(PrimarySearch.others(List.of(primary(A, 3)), "7").getFirst().warning(B, 2))
        .endsWith(
            "both were promoted: end the one that services do not use (infra/docs/runbook/failover.md)");
  }

  @Test
  void neither_a_standby_nor_another_system_nor_a_silent_server_is_warned_of() {
    assertThat(PrimarySearch.others(List.of(standby(A), Answer.of(B, false, "8", 1), gone(C)), "7"))
        .isEmpty();
  }

  private static Answer primary(Address server, int timeline) {
    return Answer.of(server, false, "7", timeline);
  }

  private static Answer standby(Address server) {
    return Answer.of(server, true, "7", 1);
  }

  private static Address chosen(Answer... answers) throws SQLException {
    return PrimarySearch.primary(List.of(answers)).server();
  }

  private static Answer gone(Address server) {
    return Answer.none(server, new SQLException("refused"));
  }
}
