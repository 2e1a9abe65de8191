package onceward.accesstoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PublishedKeysTest {
  private static final ECKey OLD = key("old");
  private static final ECKey NEW = key("new");

  private Instant now = Instant.parse("2026-11-01T00:00:00Z");
  private @Nullable JWKSet published = new JWKSet(OLD);
  private int fetches;
  private final PublishedKeys keys = new PublishedKeys(this::fetch, () -> now);

  @Test
  void keys_are_fetched_once_and_used_until_they_are_stale() {
    for (int i = 0; i < 1_000; i++) {
      assertThat(find("old")).hasSize(1);
    }
    assertThat(fetches).isEqualTo(1);

    pass(PublishedKeys.FRESH_FOR);
    assertThat(find("old")).hasSize(1);
    assertThat(fetches).isEqualTo(2);
  }

  @Test
  void an_outage_of_hours_keeps_the_last_keys() {
    assertThat(find("old")).hasSize(1);
    published = null;

    for (int minute = 0; minute < 600; minute++) {
      pass(Duration.ofMinutes(1));
      assertThat(find("old")).hasSize(1);
    }
    assertThat(fetches).isEqualTo(601);
  }

  @Test
  void an_empty_key_set_does_not_log_everyone_out() {
    assertThat(find("old")).hasSize(1);
    published = new JWKSet();
    pass(PublishedKeys.FRESH_FOR);

    assertThat(find("old")).hasSize(1);
  }

  @Test
  void a_new_key_is_found_and_a_withdrawn_one_forgotten() {
    assertThat(find("old")).hasSize(1);
    published = new JWKSet(NEW);
    pass(PublishedKeys.UNKNOWN_KEY_PATIENCE);

    assertThat(find("new")).hasSize(1);
    assertThat(find("old")).isEmpty();
  }

  @Test
  void random_key_ids_cost_one_fetch_per_period() {
    assertThat(find("old")).hasSize(1);
    pass(PublishedKeys.UNKNOWN_KEY_PATIENCE);

    for (int i = 0; i < 10_000; i++) {
      assertThat(find("random-" + i)).isEmpty();
    }
    assertThat(fetches).isEqualTo(2);
  }

  @Test
  void without_any_keys_a_caller_is_told_so_and_the_next_second_tries_again() {
    published = null;
    assertThatThrownBy(() -> find("old")).isInstanceOf(KeysUnavailableException.class);
    assertThatThrownBy(() -> find("old")).isInstanceOf(KeysUnavailableException.class);
    assertThat(fetches).isEqualTo(1);

    published = new JWKSet(OLD);
    pass(PublishedKeys.FIRST_KEYS_PATIENCE);
    assertThat(find("old")).hasSize(1);
  }

  private static ECKey key(String keyId) {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID(keyId).generate();
    } catch (JOSEException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private List<JWK> find(String keyId) {
    return keys.get(new JWKSelector(new JWKMatcher.Builder().keyID(keyId).build()), null);
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }

  private JWKSet fetch() throws IOException {
    fetches++;
    if (published == null) {
      throw new IOException("connection refused");
    }
    return published;
  }
}
