package onceward.user.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import io.micronaut.test.support.TestPropertyProvider;
import io.micronaut.transaction.exceptions.IllegalTransactionStateException;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import onceward.messaging.testkit.TestService;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Goal: a profile never comes or goes without the message that says so. */
@MicronautTest(transactional = false)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProfilesTest implements TestPropertyProvider {

  private final TestService service =
      TestService.create("user", "account.events", "profile.events");

  @Inject Profiles profiles;

  @Override
  public Map<String, String> getProperties() {
    var properties = service.properties();
    properties.put("auth.issuer", "https://onceward.test");
    properties.put("auth-service.url", "http://127.0.0.1:9");
    return properties;
  }

  @AfterAll
  void dropSlot() {
    service.close();
  }

  @Test
  void writing_without_a_transaction_is_refused_and_leaves_nothing() throws SQLException {
    var id = UUID.randomUUID();

    for (var write :
        List.<ThrowingCallable>of(
            () -> profiles.create(new Profile(id, "Minji", "minji@example.com", "+821000000000")),
            () -> profiles.rememberRejected(id),
            () -> profiles.remove(id))) {
      assertThatThrownBy(write).isInstanceOf(IllegalTransactionStateException.class);
    }

    try (var connection = service.connect();
        var statement = connection.createStatement();
        var row = statement.executeQuery("select count(*) from profile")) {
      row.next();
      assertThat(row.getLong(1)).isZero();
    }
  }
}
