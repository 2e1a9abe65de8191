package onceward.user.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.annotation.Property;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import onceward.messaging.Message;
import onceward.messaging.testkit.MessagingTest;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.testkit.TestService;
import org.junit.jupiter.api.Test;

/**
 * Goal: whatever auth-service says, in whatever order and however often, leaves one answer and at
 * most one profile.
 */
@MessagingTest(
    name = "user",
    topics = {"account.events", "profile.events"})
@Property(name = "auth.issuer", value = "https://onceward.test")
@Property(name = "auth-service.url", value = "http://127.0.0.1:9")
class ProfileSagaTest {

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @Inject TestService service;

  @Test
  void the_golden_sample_of_a_registration_makes_the_profile_it_describes() {
    var accountId = UUID.randomUUID();
    var registered =
        TestMessages.fromSample(
            "account", "AccountRegistered", accountId, 1, "accountId", accountId);
    handle(registered);

    assertThat(profile(accountId))
        .isEqualTo("CREATED 김민지 minji.kim@example.com +821012345678 version 1");
    assertThat(service.outbox())
        .about(accountId)
        .single()
        .hasType("ProfileCreated")
        .hasVersion(1)
        .isCausedBy(registered)
        .keepsContract();
  }

  @Test
  void a_registration_delivered_twice_makes_one_profile_and_one_answer() {
    var accountId = UUID.randomUUID();
    var registered = registered(accountId, "twice@example.com", "+821000000002");
    service.publish(registered);
    handle(registered);
    handle(registered(UUID.randomUUID(), "after-twice@example.com", "+821000000003"));

    assertThat(service.inbox("user-service")).handled(registered);
    assertThat(service.outbox()).about(accountId).hasTypes("ProfileCreated");
  }

  @Test
  void an_e_mail_that_is_taken_is_refused_with_that_reason_and_leaves_no_personal_data() {
    handle(registered(UUID.randomUUID(), "taken@example.com", "+821000000011"));
    var second = UUID.randomUUID();
    handle(registered(second, "taken@example.com", "+821000000012"));

    assertThat(service.outbox())
        .about(second)
        .single()
        .hasType("ProfileRejected")
        .hasField("reason", "email-taken")
        .keepsContract();
    assertThat(profile(second)).isEqualTo("REJECTED null null null version 1");
  }

  @Test
  void a_phone_number_that_is_taken_is_refused_with_that_reason() {
    handle(registered(UUID.randomUUID(), "phone1@example.com", "+821000000021"));
    var second = UUID.randomUUID();
    handle(registered(second, "phone2@example.com", "+821000000021"));

    assertThat(service.outbox()).about(second).single().hasField("reason", "phone-taken");
  }

  @Test
  void a_cancelled_sign_up_loses_its_profile_and_frees_e_mail_and_phone() {
    var accountId = UUID.randomUUID();
    handle(registered(accountId, "gone@example.com", "+821000000031"));
    handle(expired(accountId));

    assertThat(profile(accountId)).isEqualTo("REMOVED null null null version 2");
    assertThat(service.outbox())
        .about(accountId)
        .hasTypes("ProfileCreated", "ProfileErased")
        .hasGaplessVersions()
        .last()
        .keepsContract();

    var next = UUID.randomUUID();
    handle(registered(next, "gone@example.com", "+821000000031"));
    assertThat(service.outbox()).about(next).hasTypes("ProfileCreated");
  }

  @Test
  void a_cancellation_that_overtakes_its_registration_wins() {
    var accountId = UUID.randomUUID();
    handle(expired(accountId));
    handle(registered(accountId, "overtaken@example.com", "+821000000041"));

    assertThat(profile(accountId)).isEqualTo("REMOVED null null null version 0");
    assertThat(service.outbox()).isEmptyAbout(accountId);
  }

  @Test
  void a_cancellation_delivered_twice_erases_once() {
    var accountId = UUID.randomUUID();
    handle(registered(accountId, "erased@example.com", "+821000000051"));
    handle(expired(accountId));
    handle(expired(accountId));

    assertThat(service.outbox()).about(accountId).hasTypes("ProfileCreated", "ProfileErased");
  }

  @Test
  void a_registration_repeated_under_another_id_changes_nothing() {
    var accountId = UUID.randomUUID();
    handle(registered(accountId, "again@example.com", "+821000000061"));
    handle(registered(accountId, "again@example.com", "+821000000061"));

    assertThat(service.outbox()).about(accountId).hasTypes("ProfileCreated");
    assertThat(profile(accountId)).startsWith("CREATED");
  }

  @Test
  void a_request_completes_a_profile_that_waits_for_its_data_and_nobody_is_told() throws Exception {
    var accountId = UUID.randomUUID();
    incomplete(accountId, 3);
    handle(registered(accountId, "waits@example.com", "+821000000071"));

    assertThat(profile(accountId))
        .isEqualTo("CREATED 김민지 waits@example.com +821000000071 version 3");
    assertThat(service.outbox()).isEmptyAbout(accountId);
  }

  @Test
  void a_profile_that_waits_for_its_data_is_removed_like_any_other() throws Exception {
    var accountId = UUID.randomUUID();
    incomplete(accountId, 1);
    handle(expired(accountId));

    assertThat(profile(accountId)).isEqualTo("REMOVED null null null version 2");
    assertThat(service.outbox()).about(accountId).single().hasType("ProfileErased").hasVersion(2);
  }

  private void incomplete(UUID accountId, long version) throws SQLException {
    try (var connection = service.connect();
        var insert =
            connection.prepareStatement(
                "insert into profile (account_id, status, version) values (?, 'INCOMPLETE', ?)")) {
      insert.setObject(1, accountId);
      insert.setLong(2, version);
      insert.executeUpdate();
    }
  }

  private void handle(Message message) {
    service.publish(message);
    assertThat(service.inbox("user-service")).eventually(PATIENCE).handled(message);
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
