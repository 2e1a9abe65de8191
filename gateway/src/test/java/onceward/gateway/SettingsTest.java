package onceward.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.core.value.MapPropertyResolver;
import io.micronaut.core.value.PropertyResolver;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {
  @Test
  void complete_settings_have_no_fault() {
    assertThat(Settings.firstFault(complete(Map.of()))).isEmpty();
  }

  @Test
  void a_missing_setting_is_named_with_what_to_give() {
    assertThat(Settings.firstFault(new MapPropertyResolver(Map.of())))
        .contains(
            "auth-service.url is not set; give an address like http://127.0.0.1:8081 in a"
                + " properties file named by MICRONAUT_CONFIG_FILES");
    assertThat(Settings.firstFault(complete(Map.of("auth.issuer", " "))).orElseThrow())
        .startsWith("auth.issuer is not set");
  }

  @Test
  void an_address_that_is_none_is_named_with_its_value() {
    assertThat(Settings.firstFault(complete(Map.of("user-service.url", "localhost:8082"))))
        .contains("user-service.url is 'localhost:8082'; it must be http(s)://host:port, no path");
  }

  @Test
  void a_limit_that_is_none_is_named_with_its_value_and_what_is_allowed() {
    assertThat(Settings.firstFault(complete(Map.of("gateway.connections.max", "0"))))
        .contains("gateway.connections.max is '0'; allowed: a whole number, 1 to 1000000");
    assertThat(Settings.firstFault(complete(Map.of("gateway.connections.body-time-max", "soon"))))
        .contains("gateway.connections.body-time-max is 'soon'; allowed: a duration, 100ms to 5m");
    assertThat(Settings.firstFault(complete(Map.of("micronaut.server.http-version", "2.0"))))
        .isPresent();
  }

  private static PropertyResolver complete(Map<String, Object> changes) {
    Map<String, Object> all = new HashMap<>();
    all.put("auth-service.url", "http://127.0.0.1:8081");
    all.put("user-service.url", "http://127.0.0.1:8082");
    all.put("auth.issuer", Tokens.ISSUER);
    all.putAll(changes);
    return new MapPropertyResolver(all);
  }
}
