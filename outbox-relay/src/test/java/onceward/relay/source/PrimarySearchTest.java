package onceward.relay.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.List;
import onceward.relay.source.PrimarySearch.Answer;
import onceward.relay.source.Servers.Address;
import org.junit.jupiter.api.Test;

/** Which of several servers is read, by what they say of themselves. */
class PrimarySearchTest {

  private static final Address A = new Address("a", 5432);
  private static final Address B = new Address("b", 5432);
  private static final Address C = new Address("::1", 5432);

  @Test
  void the_one_that_takes_writes() throws Exception {
    assertThat(chosen(Answer.of(A, true, 1), Answer.of(B, false, 1), gone(C))).isEqualTo(B);
  }

  @Test
  void not_an_old_primary_that_came_back() throws Exception {
    assertThat(chosen(Answer.of(A, false, 1), Answer.of(B, false, 2))).isEqualTo(B);
    assertThat(chosen(Answer.of(A, false, 10), Answer.of(B, false, 9))).isEqualTo(A);
  }

  @Test
  void none_as_long_as_no_standby_is_promoted() {
    assertThatThrownBy(() -> chosen(gone(A), Answer.of(C, true, 1)))
        .isInstanceOf(SQLException.class)
        .hasMessage(
            "none of the servers is a primary: a:5432 does not answer (refused); [::1]:5432 is a standby");
  }

  @Test
  void neither_of_two_that_were_promoted_beside_each_other() {
    assertThatThrownBy(() -> chosen(Answer.of(A, false, 2), Answer.of(B, false, 2), gone(C)))
        .isInstanceOf(SQLException.class)
        .hasMessage(
            "more than one server is the primary, end all but one: a:5432 is a primary on timeline 2; b:5432 is a primary on timeline 2");
  }

  private static Address chosen(Answer... answers) throws SQLException {
    return PrimarySearch.primary(List.of(answers)).server();
  }

  private static Answer gone(Address server) {
    return Answer.none(server, new SQLException("refused"));
  }
}
