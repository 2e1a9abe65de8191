package onceward.auth.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import onceward.auth.AuthServiceTest;
import onceward.messaging.Message;
import onceward.messaging.testkit.TestMessages;
import org.junit.jupiter.api.Test;

/** Goal: every sign-up ends once, however its answers arrive. */
class SettlementTest extends AuthServiceTest {

  @Inject MeterRegistry meters;

  /** Looking again would find the settlement as well; here it must be the wake-up. */
  @Override
  public Map<String, String> getProperties() {
    var properties = super.getProperties();
    properties.put("auth.registration.look-again", "15s");
    return properties;
  }

  @Test
  void a_created_profile_activates_the_account_and_says_so() {
    var accountId = signUp(somebody());
    var created = profileMessage("ProfileCreated", accountId);
    service.publish(created);

    awaitStatus(accountId, "ACTIVE");
    assertThat(service.outbox())
        .about(accountId)
        .last()
        .hasType("AccountActivated")
        .hasVersion(2)
        .isCausedBy(created)
        .keepsContract();
  }

  @Test
  void a_rejected_profile_compensates_with_the_reason_and_frees_the_login_id() {
    var person = somebody();
    var accountId = signUp(person);
    service.publish(
        TestMessages.fromSample(
            "profile",
            "ProfileRejected",
            accountId,
            1,
            "accountId",
            accountId,
            "reason",
            "email-taken"));

    awaitStatus(accountId, "REJECTED");
    assertThat(get("/v1/accounts/" + accountId).text("reason")).isEqualTo("email-taken");
    assertThat(service.outbox())
        .about(accountId)
        .hasTypes("AccountRegistered", "AccountRejected")
        .last()
        .keepsContract();
    assertThat(post("/v1/accounts", person).status()).isEqualTo(201);
  }

  @Test
  void the_same_answer_delivered_twice_activates_once() {
    var accountId = signUp(somebody());
    var created = profileMessage("ProfileCreated", accountId);
    service.publish(created);
    service.publish(created);
    var after = activeAccount(somebody());

    assertThat(service.outbox()).about(accountId).hasTypes("AccountRegistered", "AccountActivated");
    assertThat(service.outbox().about(after)).hasSize(2);
    assertThat(service.inbox("auth-service")).handled(created);
  }

  @Test
  void a_second_answer_under_another_id_changes_nothing_and_is_counted() {
    var accountId = activeAccount(somebody());
    var ignoredBefore = ignored();
    var late =
        TestMessages.fromSample(
            "profile",
            "ProfileRejected",
            accountId,
            2,
            "accountId",
            accountId,
            "reason",
            "phone-taken");
    service.publish(late);

    assertThat(service.inbox("auth-service")).eventually(PATIENCE).handled(late);
    assertThat(get("/v1/accounts/" + accountId).text("status")).isEqualTo("ACTIVE");
    assertThat(ignored()).isEqualTo(ignoredBefore + 1);
    assertThat(service.outbox().about(accountId)).hasSize(2);
  }

  @Test
  void whoever_prefers_to_wait_is_answered_when_the_sign_up_ends() throws Exception {
    var accountId = signUp(somebody());
    var asked = Instant.now();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answer = threads.submit(() -> get("/v1/accounts/" + accountId, "Prefer", "wait=20"));
      service.publish(profileMessage("ProfileCreated", accountId));

      assertThat(answer.get().text("status")).isEqualTo("ACTIVE");
      assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofSeconds(14));
      assertThat(answer.get().response().headers().firstValue("Preference-Applied"))
          .hasValue("wait=20");
    }
  }

  @Test
  void whoever_prefers_to_wait_is_answered_with_pending_when_the_time_is_up() {
    var accountId = signUp(somebody());
    var asked = Instant.now();
    var answer = get("/v1/accounts/" + accountId, "Prefer", "respond-async, wait=1");

    assertThat(answer.text("status")).isEqualTo("PENDING");
    assertThat(Duration.between(asked, Instant.now()))
        .isGreaterThanOrEqualTo(Duration.ofMillis(990));
  }

  /**
   * Method: a sign-up that has not committed, as others see one whose commit is not visible yet.
   */
  @Test
  void an_answer_that_comes_before_its_account_is_visible_is_tried_again() throws Exception {
    var accountId = UUID.randomUUID();
    var ignoredBefore = ignored();
    try (var signUp = service.connect();
        var insert =
            signUp.prepareStatement(
                """
                insert into account (id, login_id, password_hash, status, deadline)
                values (?, 'early', '', 'PENDING', now() + interval '1 hour')
                """)) {
      signUp.setAutoCommit(false);
      insert.setObject(1, accountId);
      insert.execute();
      service.publish(profileMessage("ProfileCreated", accountId));
      await().atMost(PATIENCE).until(() -> isHeldBack() || ignored() > ignoredBefore);
      signUp.commit();
    }

    awaitStatus(accountId, "ACTIVE");
    assertThat(service.outbox()).about(accountId).hasTypes("AccountActivated");
  }

  @Test
  void an_answer_about_an_account_that_never_comes_is_set_aside() {
    var created = profileMessage("ProfileCreated", UUID.randomUUID());
    var old =
        new Message(
            TestMessages.newId(Instant.now().minus(Duration.ofHours(1))),
            created.aggregateType(),
            created.aggregateId(),
            created.aggregateVersion(),
            created.type(),
            created.payload(),
            created.context());
    service.publish(old);

    await().atMost(PATIENCE).until(() -> isSetAside(old));
  }

  private boolean isSetAside(Message message) throws SQLException {
    return service.look(connection -> {
      try (var letters =
          connection.prepareStatement("select from dead_letter where message_id = ?")) {
        letters.setObject(1, message.id());
        return letters.executeQuery().next();
      }
    });
  }

  private boolean isHeldBack() {
    return meters.find("messaging.flows").gauges().stream().anyMatch(gauge -> gauge.value() == 0);
  }

  private double ignored() {
    return meters.find("saga.ignored").counters().stream().mapToDouble(c -> c.count()).sum();
  }
}
