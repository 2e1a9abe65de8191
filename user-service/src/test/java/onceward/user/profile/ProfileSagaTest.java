package onceward.user.profile;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import io.micronaut.test.support.TestPropertyProvider;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;
import onceward.messaging.Message;
import onceward.messaging.testkit.Contracts;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.testkit.TestService;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Goal: whatever auth-service says, in whatever order and however often, leaves one answer and at
 * most one profile.
 */
@MicronautTest(transactional = false)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProfileSagaTest implements TestPropertyProvider {

  private final TestService service =
      TestService.create("user", "account.events", "profile.events");

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
  void the_golden_sample_of_a_registration_makes_the_profile_it_describes() {
    var accountId = UUID.randomUUID();
    var registered =
        TestMessages.fromSample(
            "account", "AccountRegistered", accountId, 1, "accountId", accountId);
    handle(registered);

    assertThat(profile(accountId))
        .isEqualTo("CREATED 김민지 minji.kim@example.com +821012345678 version 1");
    assertThat(service.outbox().about(accountId))
        .singleElement()
        .satisfies(message -> {
          assertThat(message.type()).isEqualTo("ProfileCreated");
          assertThat(message.topic()).isEqualTo("profile.events");
          assertThat(message.aggregateVersion()).isEqualTo(1);
          assertThat(message.context().causationId()).isEqualTo(registered.id());
          assertKeepsContract(message);
        });
  }

  @Test
  void a_registration_delivered_twice_makes_one_profile_and_one_answer() {
    var accountId = UUID.randomUUID();
    var registered = registered(accountId, "twice@example.com", "+821000000002");
    service.publish(registered);
    handle(registered);
    handle(registered(UUID.randomUUID(), "after-twice@example.com", "+821000000003"));

    assertThat(service.claims("user-service", registered.id())).isEqualTo(1);
    assertThat(service.outbox().typesAbout(accountId)).containsExactly("ProfileCreated");
  }

  @Test
  void an_e_mail_that_is_taken_is_refused_with_that_reason_and_leaves_no_personal_data() {
    handle(registered(UUID.randomUUID(), "taken@example.com", "+821000000011"));
    var second = UUID.randomUUID();
    handle(registered(second, "taken@example.com", "+821000000012"));

    assertThat(service.outbox().about(second))
        .singleElement()
        .satisfies(message -> {
          assertThat(message.type()).isEqualTo("ProfileRejected");
          assertThat(message.payload()).contains("email-taken");
          assertKeepsContract(message);
        });
    assertThat(profile(second)).isEqualTo("REJECTED null null null version 1");
  }

  @Test
  void a_phone_number_that_is_taken_is_refused_with_that_reason() {
    handle(registered(UUID.randomUUID(), "phone1@example.com", "+821000000021"));
    var second = UUID.randomUUID();
    handle(registered(second, "phone2@example.com", "+821000000021"));

    assertThat(service.outbox().about(second).getFirst().payload()).contains("phone-taken");
  }

  @Test
  void a_cancelled_sign_up_loses_its_profile_and_frees_e_mail_and_phone() {
    var accountId = UUID.randomUUID();
    handle(registered(accountId, "gone@example.com", "+821000000031"));
    handle(expired(accountId));

    assertThat(profile(accountId)).isEqualTo("REMOVED null null null version 2");
    assertThat(service.outbox().typesAbout(accountId))
        .containsExactly("ProfileCreated", "ProfileErased");
    assertKeepsContract(service.outbox().about(accountId).getLast());

    var next = UUID.randomUUID();
    handle(registered(next, "gone@example.com", "+821000000031"));
    assertThat(service.outbox().typesAbout(next)).containsExactly("ProfileCreated");
  }

  @Test
  void a_cancellation_that_overtakes_its_registration_wins() {
    var accountId = UUID.randomUUID();
    handle(expired(accountId));
    handle(registered(accountId, "overtaken@example.com", "+821000000041"));

    assertThat(profile(accountId)).isEqualTo("REMOVED null null null version 0");
    assertThat(service.outbox().about(accountId)).isEmpty();
  }

  @Test
  void a_cancellation_delivered_twice_erases_once() {
    var accountId = UUID.randomUUID();
    handle(registered(accountId, "erased@example.com", "+821000000051"));
    handle(expired(accountId));
    handle(expired(accountId));

    assertThat(service.outbox().typesAbout(accountId))
        .containsExactly("ProfileCreated", "ProfileErased");
  }

  @Test
  void a_registration_repeated_under_another_id_changes_nothing() {
    var accountId = UUID.randomUUID();
    handle(registered(accountId, "again@example.com", "+821000000061"));
    handle(registered(accountId, "again@example.com", "+821000000061"));

    assertThat(service.outbox().typesAbout(accountId)).containsExactly("ProfileCreated");
    assertThat(profile(accountId)).startsWith("CREATED");
  }

  private void handle(Message message) {
    service.publish(message);
    await().atMost(20, SECONDS).until(() -> service.claims("user-service", message.id()) == 1);
  }

  private static Message registered(UUID accountId, String email, String phone) {
    return TestMessages.fromSample(
        "account",
        "AccountRegistered",
        accountId,
        1,
        "accountId",
        accountId,
        "email",
        email,
        "phone",
        phone);
  }

  private static Message expired(UUID accountId) {
    return TestMessages.fromSample(
        "account", "AccountRegistrationExpired", accountId, 2, "accountId", accountId);
  }

  private static void assertKeepsContract(Message message) {
    assertThat(Contracts.violations(message.topic(), message.type(), message.payload())).isEmpty();
  }

  private String profile(UUID accountId) {
    try (var connection = service.connect();
        var select =
            connection.prepareStatement(
                """
                select concat_ws(' ', status, coalesce(name, 'null'), coalesce(email, 'null'),
                                 coalesce(phone, 'null'), 'version', version)
                from profile where account_id = ?
                """)) {
      select.setObject(1, accountId);
      var row = select.executeQuery();
      return row.next() ? row.getString(1) : "none";
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
