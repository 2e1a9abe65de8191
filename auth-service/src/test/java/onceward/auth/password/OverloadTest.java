package onceward.auth.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.annotation.Requires;
import io.micronaut.data.connection.jdbc.advice.DelegatingDataSource;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import javax.sql.DataSource;
import onceward.auth.AuthServiceTest;
import org.junit.jupiter.api.Test;

/** Goal: passwords that wait to be hashed keep nobody else from an answer. */
class OverloadTest extends AuthServiceTest {

  private static final int CONNECTIONS = 3;
  private static final int QUEUE = 5;

  @Inject SlowArgon2id slow;
  @Inject DataSource connections;

  @Override
  public Map<String, String> getProperties() {
    var properties = super.getProperties();
    properties.put("test.slow-hash", "true");
    properties.put("auth.password.threads", "1");
    properties.put("auth.password.queue-max", Integer.toString(QUEUE));
    properties.put("auth.password.wait-max", "30s");
    properties.put("datasources.default.maximum-pool-size", Integer.toString(CONNECTIONS));
    properties.put("datasources.default.minimum-idle", "1");
    properties.put("datasources.default.connection-timeout", "3000");
    return properties;
  }

  /** Hashes when the test lets it. */
  @Singleton
  @Requires(property = "test.slow-hash")
  @Replaces(bean = Argon2id.class, factory = Argon2Choice.class)
  static final class SlowArgon2id implements Argon2id {

    private final Semaphore turns = new Semaphore(Integer.MAX_VALUE / 2);

    @Override
    public String description() {
      return "slow";
    }

    @Override
    public byte[] hash(byte[] password, byte[] salt, Argon2Cost cost, int length) {
      turns.acquireUninterruptibly();
      return new JavaArgon2id().hash(password, salt, cost, length);
    }

    int stop() {
      return turns.drainPermits();
    }

    void goOn(int permits) {
      turns.release(permits);
    }
  }

  @Test
  void logins_that_wait_hold_no_connection_and_one_too_many_is_told_to_come_again()
      throws Exception {
    var person = somebody();
    var account = activeAccount(person);
    var permits = slow.stop();
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var waiting = logIns(callers, 1 + QUEUE);
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> {
            var refused = logIn();
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.response().headers().firstValue("Retry-After")).isPresent();
            assertThat(refused.response().headers().firstValue("Content-Type"))
                .hasValue("application/problem+json");
          });

      for (var i = 0; i < CONNECTIONS * 3; i++) {
        assertThat(get("/v1/accounts/" + account).status()).isEqualTo(200);
      }
      slow.goOn(permits);
      for (var login : waiting) {
        assertThat(login.get().status()).isIn(401, 503);
      }
    }
  }

  @Test
  void a_sign_up_with_a_login_id_that_is_taken_waits_for_no_hash() throws Exception {
    var taken = somebody();
    signUp(taken);
    var permits = slow.stop();
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var waiting = logIns(callers, 1);
      for (var i = 0; i < QUEUE * 3; i++) {
        var answer = post("/v1/accounts", somebody().put("loginId", taken.get("loginId").asText()));
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.text("detail")).isEqualTo("this login id is taken");
      }
      slow.goOn(permits);
      assertThat(waiting.getFirst().get().status()).isEqualTo(401);
    }
  }

  @Test
  void without_a_free_connection_every_route_is_a_503_and_none_a_500() throws Exception {
    var account = signUp(somebody());
    var held = new ArrayList<Connection>();
    try {
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .until(() -> {
            held.add(DelegatingDataSource.unwrapDataSource(connections).getConnection());
            return held.size() >= CONNECTIONS;
          });
      for (var answer :
          List.of(
              logIn(),
              get("/v1/accounts/" + account),
              post("/v1/accounts", somebody()),
              post(
                  "/v1/sessions/refresh",
                  JsonNodeFactory.instance.objectNode().put("refreshToken", "none")))) {
        assertThat(answer.status()).as("%s", answer.json()).isEqualTo(503);
        assertThat(answer.response().headers().firstValue("Retry-After")).isPresent();
        assertThat(answer.response().headers().firstValue("Content-Type"))
            .hasValue("application/problem+json");
      }
    } finally {
      for (var connection : held) {
        connection.close();
      }
    }
  }

  private List<Future<Answer>> logIns(ExecutorService callers, int count) {
    var answers = new ArrayList<Future<Answer>>();
    for (var i = 0; i < count; i++) {
      answers.add(callers.submit(this::logIn));
    }
    return answers;
  }

  private Answer logIn() {
    return post(
        "/v1/sessions",
        JsonNodeFactory.instance.objectNode().put("loginId", "nobody").put("password", "x"));
  }
}
