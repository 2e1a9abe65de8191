package onceward.auth.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class PasswordsTest {

  @Test
  void the_default_hash_is_argon2id_with_at_least_the_advised_cost_and_a_salt_of_its_own() {
    var passwords = new Passwords(new PasswordConfiguration(19_456, 2, 2, Duration.ofSeconds(10)));
    var hash = passwords.hash("secret words");

    assertThat(hash).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
    assertThat(passwords.hash("secret words")).isNotEqualTo(hash);
    assertThat(passwords.matches("secret words", hash)).isTrue();
    assertThat(passwords.matches("secret word", hash)).isFalse();
  }

  @Test
  void a_password_is_taken_exactly_as_given() {
    var passwords = cheap(2, Duration.ofSeconds(10));
    var hash = passwords.hash(" Pass ");

    assertThat(passwords.matches("Pass", hash)).isFalse();
    assertThat(passwords.matches(" pass ", hash)).isFalse();
    assertThat(passwords.matches(" Pass ", hash)).isTrue();
  }

  @Test
  void without_a_hash_nothing_matches_not_even_the_stand_in() {
    assertThat(cheap(2, Duration.ofSeconds(10)).matches("nobody has this password", null))
        .isFalse();
  }

  @Test
  void more_than_can_be_hashed_in_time_is_refused() throws Exception {
    var passwords = new Passwords(new PasswordConfiguration(65_536, 4, 1, Duration.ofMillis(1)));
    Callable<String> hash = () -> passwords.hash("x");
    try (var threads = Executors.newFixedThreadPool(8)) {
      var refused =
          threads.invokeAll(Collections.nCopies(8, hash)).stream()
              .filter(result -> result.state() == java.util.concurrent.Future.State.FAILED)
              .toList();
      assertThat(refused).isNotEmpty();
      assertThatThrownBy(() -> refused.getFirst().get()).hasCauseInstanceOf(TooBusyException.class);
    }
  }

  private static Passwords cheap(int concurrency, Duration wait) {
    return new Passwords(new PasswordConfiguration(1024, 1, concurrency, wait));
  }
}
