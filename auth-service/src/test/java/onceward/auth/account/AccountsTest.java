package onceward.auth.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.transaction.exceptions.IllegalTransactionStateException;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import onceward.auth.AuthServiceTest;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Goal: an account never moves on without the message that says so. */
class AccountsTest extends AuthServiceTest {

  @Inject Accounts accounts;

  @Test
  void writing_without_a_transaction_is_refused_and_leaves_nothing() {
    var pending = signUp(somebody());
    var before = rows();

    for (var write :
        List.<ThrowingCallable>of(
            () -> accounts.register("loose", "no hash", Duration.ofMinutes(1)),
            () -> accounts.activate(pending),
            () -> accounts.reject(pending, "no reason"),
            () -> accounts.rejectOverdue("no reason", 1))) {
      assertThatThrownBy(write).isInstanceOf(IllegalTransactionStateException.class);
    }

    assertThat(rows()).isEqualTo(before);
    assertThat(accounts.find(pending).map(Account::status)).contains(AccountStatus.PENDING);
    assertThat(accounts.find(UUID.randomUUID())).isEmpty();
  }

  private long rows() {
    try (var connection = service.connect();
        var statement = connection.createStatement();
        var row = statement.executeQuery("select count(*) from account")) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
