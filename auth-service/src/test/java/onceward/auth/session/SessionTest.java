package onceward.auth.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import onceward.auth.AuthServiceTest;
import onceward.auth.account.Accounts.Credentials;
import onceward.auth.session.Sessions.ProvenCredentials;
import org.junit.jupiter.api.Test;

/** Goal: whoever proves who they are gets tokens that prove it; everybody else gets the same no. */
class SessionTest extends AuthServiceTest {

  private static final String CHEAPER_HASH =
      "$argon2id$v=19$m=512,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$7qT8i3FeMhNMO44TZ/X7iaux/8XCVULr3nEEIgLRUDE";

  @Inject Sessions sessions;

  @Test
  void a_login_answers_with_tokens_that_must_not_be_stored() {
    var person = somebody();
    var accountId = activeAccount(person);
    var answer = logIn(person.get("loginId").asText(), PASSWORD);

    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.text("tokenType")).isEqualTo("Bearer");
    assertThat(answer.json().path("expiresIn").asLong()).isEqualTo(300);
    assertThat(answer.text("refreshToken")).hasSizeGreaterThanOrEqualTo(43);
    assertThat(answer.response().headers().firstValue("Cache-Control")).hasValue("no-store");

    var me = get("/v1/me", "Authorization", "Bearer " + answer.text("accessToken"));
    assertThat(me.status()).isEqualTo(200);
    assertThat(me.text("accountId")).isEqualTo(accountId.toString());
    assertThat(me.text("loginId")).isEqualTo(person.get("loginId").asText());
    assertThat(me.text("status")).isEqualTo("ACTIVE");
  }

  @Test
  void an_access_token_is_signed_with_the_published_key_and_says_what_it_is_for() throws Exception {
    var person = somebody();
    var accountId = activeAccount(person);
    var token =
        SignedJWT.parse(logIn(person.get("loginId").asText(), PASSWORD).text("accessToken"));
    var published = JWKSet.parse(get("/.well-known/jwks.json").response().body());
    var key = published.getKeyByKeyId(token.getHeader().getKeyID()).toECKey();

    assertThat(token.verify(new ECDSAVerifier(key))).isTrue();
    assertThat(key.isPrivate()).isFalse();
    assertThat(key.getAlgorithm()).isEqualTo(JWSAlgorithm.ES256);
    assertThat(token.getHeader().getAlgorithm()).isEqualTo(JWSAlgorithm.ES256);
    assertThat(token.getHeader().getType()).isEqualTo(new JOSEObjectType("at+jwt"));
    var claims = token.getJWTClaimsSet();
    assertThat(claims.getIssuer()).isEqualTo("https://onceward.test");
    assertThat(claims.getAudience()).containsExactly("onceward");
    assertThat(claims.getSubject()).isEqualTo(accountId.toString());
    assertThat(claims.getStringClaim("sid")).isNotNull();
    assertThat(
            Duration.between(
                claims.getIssueTime().toInstant(), claims.getExpirationTime().toInstant()))
        .hasMinutes(5);
  }

  @Test
  void every_refused_login_looks_the_same() {
    var active = somebody();
    activeAccount(active);
    var pending = somebody();
    signUp(pending);

    var wrongPassword = logIn(active.get("loginId").asText(), "not the password");
    var unknown = logIn("nobody-of-that-name", PASSWORD);
    var notYet = logIn(pending.get("loginId").asText(), PASSWORD);

    assertThat(List.of(wrongPassword.status(), unknown.status(), notYet.status()))
        .containsOnly(401);
    assertThat(List.of(wrongPassword.response().body(), unknown.response().body()))
        .containsOnly(notYet.response().body());
  }

  @Test
  void without_a_good_token_there_is_no_me() {
    assertThat(get("/v1/me").status()).isEqualTo(401);
    assertThat(get("/v1/me", "Authorization", "Bearer nonsense").status()).isEqualTo(401);
  }

  @Test
  void a_refresh_token_is_spent_for_the_next_pair() {
    var person = somebody();
    activeAccount(person);
    var first = logIn(person.get("loginId").asText(), PASSWORD);
    var second = refresh(first.text("refreshToken"));
    var third = refresh(second.text("refreshToken"));

    assertThat(second.status()).isEqualTo(200);
    assertThat(third.status()).isEqualTo(200);
    assertThat(get("/v1/me", "Authorization", "Bearer " + third.text("accessToken")).status())
        .isEqualTo(200);
  }

  @Test
  void a_refresh_token_used_twice_ends_the_session_for_the_thief_and_the_robbed() {
    var person = somebody();
    activeAccount(person);
    var first = logIn(person.get("loginId").asText(), PASSWORD);
    var second = refresh(first.text("refreshToken"));

    assertThat(refresh(first.text("refreshToken")).status()).isEqualTo(401);
    assertThat(refresh(second.text("refreshToken")).status()).isEqualTo(401);
    assertThat(refresh("never-issued").status()).isEqualTo(401);
  }

  @Test
  void a_session_that_is_over_cannot_be_refreshed() throws Exception {
    var person = somebody();
    var accountId = activeAccount(person);
    var token = logIn(person.get("loginId").asText(), PASSWORD).text("refreshToken");
    try (var connection = service.connect();
        var statement = connection.createStatement()) {
      statement.executeUpdate(
          "update session set expires_at = now() where account_id = '%s'".formatted(accountId));
    }

    assertThat(refresh(token).status()).isEqualTo(401);
  }

  @Test
  void of_many_who_spend_the_same_refresh_token_at_once_at_most_one_succeeds() throws Exception {
    var person = somebody();
    activeAccount(person);
    var token = logIn(person.get("loginId").asText(), PASSWORD).text("refreshToken");
    Callable<Integer> spend = () -> refresh(token).status();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var succeeded = 0;
      for (var status : threads.invokeAll(Collections.nCopies(20, spend))) {
        assertThat(status.get()).isIn(200, 401);
        succeeded += status.get() == 200 ? 1 : 0;
      }
      assertThat(succeeded).isEqualTo(1);
    }
  }

  @Test
  void neither_password_nor_tokens_are_kept_as_they_are() throws Exception {
    var person = somebody();
    UUID accountId = activeAccount(person);
    var token = logIn(person.get("loginId").asText(), PASSWORD).text("refreshToken");
    try (var connection = service.connect();
        var statement = connection.createStatement()) {
      var hash =
          statement.executeQuery(
              "select password_hash from account where id = '%s'".formatted(accountId));
      hash.next();
      assertThat(hash.getString(1)).startsWith("$argon2id$v=19$m=").doesNotContain(PASSWORD);
      var tokens = statement.executeQuery("select encode(hash, 'escape') from refresh_token");
      while (tokens.next()) {
        assertThat(tokens.getString(1)).doesNotContain(token);
      }
    }
  }

  @Test
  void a_login_against_a_password_that_has_changed_meanwhile_starts_no_session() {
    var accountId = activeAccount(somebody());
    var stale = new Credentials(accountId, "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$AAAA");

    assertThat(sessions.start(new ProvenCredentials(stale, Optional.empty()))).isEmpty();
  }

  @Test
  void a_hash_of_another_cost_is_replaced_at_the_next_login() throws Exception {
    var person = somebody();
    var accountId = activeAccount(person);
    // Of PASSWORD, with less memory than is configured.
    var old = CHEAPER_HASH;
    try (var connection = service.connect();
        var statement = connection.createStatement()) {
      statement.executeUpdate(
          "update account set password_hash = '%s' where id = '%s'".formatted(old, accountId));

      assertThat(logIn(person.get("loginId").asText(), "wrong").status()).isEqualTo(401);
      assertThat(logIn(person.get("loginId").asText(), PASSWORD).status()).isEqualTo(201);
      var hash =
          statement.executeQuery(
              "select password_hash from account where id = '%s'".formatted(accountId));
      hash.next();
      assertThat(hash.getString(1)).startsWith("$argon2id$v=19$m=1024,t=1,p=1$");
    }
    assertThat(logIn(person.get("loginId").asText(), PASSWORD).status()).isEqualTo(201);
  }

  private Answer logIn(String loginId, String password) {
    return post("/v1/sessions", object().put("loginId", loginId).put("password", password));
  }

  private Answer refresh(String token) {
    return post("/v1/sessions/refresh", object().put("refreshToken", token));
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
