package onceward.user.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.annotation.Property;
import io.micronaut.transaction.exceptions.IllegalTransactionStateException;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import onceward.messaging.testkit.MessagingTest;
import onceward.messaging.testkit.TestService;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Goal: a profile never comes or goes without the message that says so. */
@MessagingTest(
    name = "user",
    topics = {"account.events", "profile.events"})
@Property(name = "auth.issuer", value = "https://onceward.test")
@Property(name = "auth-service.url", value = "http://127.0.0.1:9")
class ProfilesTest {

  @Inject TestService service;
  @Inject Profiles profiles;

  @Test
  void writing_without_a_transaction_is_refused_and_leaves_nothing() throws SQLException {
    var id = UUID.randomUUID();

    for (var write :
        List.<ThrowingCallable>of(
            () ->
                profiles.create(
                    new Profile(id, "Minji", "minji@example.com", "+821000000000", false)),
            () -> profiles.changeListed(id, true),
            () -> profiles.rememberRejected(id),
            () -> profiles.restore(id, false, 1),
            () -> profiles.restoreTombstone(id, "REMOVED", 1),
            () ->
                profiles.complete(
                    new Profile(id, "Minji", "minji@example.com", "+821000000000", false)),
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
