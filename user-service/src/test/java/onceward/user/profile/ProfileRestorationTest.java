package onceward.user.profile;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micronaut.context.annotation.Property;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.support.TestPropertyProvider;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import onceward.messaging.Message;
import onceward.messaging.replay.Replay;
import onceward.messaging.replay.ReplayMode;
import onceward.messaging.replay.ReplayOutcome;
import onceward.messaging.replay.ReplayRequest;
import onceward.messaging.replay.ReplaySelection;
import onceward.messaging.replay.ReplayState;
import onceward.messaging.replay.Replays;
import onceward.messaging.replay.RestoreStep;
import onceward.messaging.testkit.MessagingTest;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.testkit.TestService;
import onceward.user.StubAuthService;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Goal: after a loss of the database, profiles are what this service has told before, and nobody is
 * told anything a second time.
 *
 * <p>Method: topics and the offsets of the live consumers are there; the tables are empty, or are
 * those of a backup. Rejected requests lie before the ones that won, as a replay may find them.
 */
@MessagingTest(
    name = "user",
    topics = {"account.events", "profile.events"})
@Property(name = "messaging.restoring", value = "true")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProfileRestorationTest implements TestPropertyProvider {

  private static final String ISSUER = "https://onceward.test";

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final StubAuthService auth = new StubAuthService();

  @Inject TestService service;
  @Inject Replays replays;
  @Inject EmbeddedServer server;

  @Override
  public Map<String, String> getProperties() {
    return Map.of("auth.issuer", ISSUER, "auth-service.url", auth.url());
  }

  @AfterAll
  void end() {
    auth.close();
  }

  @Test
  void an_empty_database_gets_back_what_was_decided_and_decides_what_was_not() throws Exception {
    var rejected = UUID.randomUUID();
    var created = later(rejected);
    service.publish(registered(rejected, "restored-flip@example.com", "+821900000101"));
    service.publish(registered(created, "restored-flip@example.com", "+821900000102"));
    say("ProfileCreated", created, 1);
    say("ProfileRejected", rejected, 1, "reason", "email-taken");

    var listed = registeredAndCreated("restored-listed@example.com", "+821900000103");
    say("ProfileListed", listed, 2);
    say("ProfileUnlisted", listed, 3);
    say("ProfileListed", listed, 4);

    var erased = registeredAndCreated("restored-erased@example.com", "+821900000104");
    service.publish(expired(erased));
    say("ProfileErased", erased, 2);
    // Its e-mail address and phone number were free again.
    var next = registeredAndCreated("restored-erased@example.com", "+821900000104");

    // Committed and never published: nobody has seen these decisions.
    var undecided = UUID.randomUUID();
    service.publish(registered(undecided, "restored-undecided@example.com", "+821900000105"));
    var notErased = registeredAndCreated("restored-not-erased@example.com", "+821900000106");
    service.publish(expired(notErased));
    passed();

    restore();

    assertThat(profile(created))
        .isEqualTo("CREATED 김민지 restored-flip@example.com +821900000102 version 1");
    assertThat(profile(rejected)).isEqualTo("REJECTED null null null version 1");
    assertThat(profile(listed))
        .isEqualTo("CREATED 김민지 restored-listed@example.com +821900000103 version 4 listed");
    assertThat(profile(erased)).isEqualTo("REMOVED null null null version 2");
    assertThat(profile(next))
        .isEqualTo("CREATED 김민지 restored-erased@example.com +821900000104 version 1");
    assertThat(profile(undecided)).startsWith("CREATED 김민지 restored-undecided@example.com");
    assertThat(profile(notErased)).isEqualTo("REMOVED null null null version 2");
    for (var decided : new UUID[] {created, rejected, listed, erased, next}) {
      assertThat(service.outbox()).isEmptyAbout(decided);
    }
    assertThat(service.outbox()).about(undecided).hasTypes("ProfileCreated");
    assertThat(service.outbox()).about(notErased).single().hasType("ProfileErased").hasVersion(2);
    assertThat(directory(listed)).isEqualTo(1);

    restore();
    assertThat(service.outbox()).about(undecided).hasTypes("ProfileCreated");
    assertThat(profile(listed)).endsWith("version 4 listed");
  }

  @Test
  void an_older_backup_is_brought_up_to_date() throws Exception {
    var kept = UUID.randomUUID();
    service.publish(registered(kept, "restored-kept@example.com", "+821900000201"));
    say("ProfileCreated", kept, 1);
    row(kept, "restored-kept@example.com", "+821900000201", 1);
    var gone = UUID.randomUUID();
    service.publish(registered(gone, "restored-again@example.com", "+821900000202"));
    say("ProfileCreated", gone, 1);
    row(gone, "restored-again@example.com", "+821900000202", 1);
    var newer = UUID.randomUUID();
    service.publish(registered(newer, "restored-newer@example.com", "+821900000203"));
    say("ProfileCreated", newer, 1);
    row(newer, "restored-newer@example.com", "+821900000203", 3);
    say("ProfileListed", kept, 2);
    service.publish(expired(gone));
    say("ProfileErased", gone, 2);
    var taker = registeredAndCreated("restored-again@example.com", "+821900000202");
    say("ProfileListed", newer, 2);
    passed();

    restore();

    assertThat(profile(kept))
        .isEqualTo("CREATED 김민지 restored-kept@example.com +821900000201 version 2 listed");
    assertThat(profile(gone)).isEqualTo("REMOVED null null null version 2");
    assertThat(profile(taker))
        .isEqualTo("CREATED 김민지 restored-again@example.com +821900000202 version 1");
    // What the backup knows and never told, the relay publishes from its outbox.
    assertThat(profile(newer))
        .isEqualTo("CREATED 김민지 restored-newer@example.com +821900000203 version 3");
    for (var decided : new UUID[] {kept, gone, taker, newer}) {
      assertThat(service.outbox()).isEmptyAbout(decided);
    }
  }

  @Test
  void callers_are_told_to_come_back_and_not_that_there_is_nobody() throws Exception {
    var token = auth.token(ISSUER, UUID.randomUUID(), Instant.now().plusSeconds(60));
    try (var http = HttpClient.newHttpClient()) {
      for (var path : new String[] {"/v1/me/profile", "/v1/users?prefix=abc"}) {
        var answer =
            http.send(
                HttpRequest.newBuilder(URI.create(server.getURL() + path))
                    .header("Authorization", "Bearer " + token)
                    .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
      }
    }
  }

  private void restore() {
    for (var step : replays.restoreSteps()) {
      var asked = replays.plan(request(step));
      var plan = until(asked.id(), ReplayState.PLANNED);
      assertThat(replays.run(plan.id())).isTrue();
      var done = until(asked.id(), ReplayState.DONE);
      assertThat(done.count(ReplayOutcome.FAILED)).as("%s", done).isZero();
      assertThat(done.count(ReplayOutcome.DEAD_LETTER)).as("%s", done).isZero();
    }
    assertThat(replays.restoreSteps()).allMatch(RestoreStep::done);
  }

  private Replay until(UUID id, ReplayState state) {
    return requireNonNull(
        await()
            .atMost(PATIENCE)
            .until(() -> replays.find(id).orElseThrow(), replay -> replay.state() == state));
  }

  private static ReplayRequest request(RestoreStep step) {
    return new ReplayRequest(
        step.consumer(),
        step.topic(),
        step.mode(),
        ReplaySelection.all(),
        ReplayMode.RESTORE.rate(),
        100,
        "tester",
        "a test");
  }

  private UUID registeredAndCreated(String email, String phone) {
    var accountId = UUID.randomUUID();
    service.publish(registered(accountId, email, phone));
    say("ProfileCreated", accountId, 1);
    return accountId;
  }

  /** An account whose messages a replay comes to after those of the other one. */
  private UUID later(UUID other) {
    var partition = service.publish(unknown(other)).partition();
    var accountId = UUID.randomUUID();
    while (service.publish(unknown(accountId)).partition() < partition) {
      accountId = UUID.randomUUID();
    }
    return accountId;
  }

  private static Message unknown(UUID accountId) {
    var sample =
        TestMessages.fromSample(
            "account", "AccountActivated", accountId, 1, "accountId", accountId);
    return new Message(
        sample.id(),
        "account",
        sample.aggregateId(),
        1,
        "NobodyHandlesThis",
        sample.payload(),
        sample.context());
  }

  private void say(String type, UUID accountId, long version, Object... more) {
    var fields = new Object[2 + more.length];
    fields[0] = "accountId";
    fields[1] = accountId;
    System.arraycopy(more, 0, fields, 2, more.length);
    service.publish(TestMessages.fromSample("profile", type, accountId, version, fields));
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

  /** The live consumers have passed all that is there. */
  private void passed() {
    service.pass("user-service", "account.events");
    service.pass("user-directory", "profile.events");
  }

  private void row(UUID accountId, String email, String phone, long version) throws SQLException {
    execute(
        "insert into profile (account_id, status, name, email, phone, version) values ('%s', 'CREATED', '김민지', '%s', '%s', %d)"
            .formatted(accountId, email, phone, version));
  }

  private String profile(UUID accountId) throws SQLException {
    return texts(
        """
        select concat_ws(' ', status, coalesce(name, 'null'), coalesce(email, 'null'),
                         coalesce(phone, 'null'), 'version', version, case when listed then 'listed' end)
        from profile where account_id = '%s'
        """
            .formatted(accountId));
  }

  private int directory(UUID accountId) throws SQLException {
    return Integer.parseInt(
        texts(
            "select count(*) from directory where name is not null and account_id = '%s'"
                .formatted(accountId)));
  }

  private String texts(String sql) throws SQLException {
    return service.look(connection -> {
      try (var select = connection.createStatement()) {
        var row = select.executeQuery(sql);
        return row.next() ? row.getString(1) : "none";
      }
    });
  }

  private void execute(String sql) throws SQLException {
    try (var connection = service.connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
