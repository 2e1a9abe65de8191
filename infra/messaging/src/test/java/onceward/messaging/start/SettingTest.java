package onceward.messaging.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.ApplicationContext;
import io.micronaut.core.value.MapPropertyResolver;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import onceward.start.StartFault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingTest {

  private static final Map<String, String> COMPLETE =
      Map.of(
          "datasources.default.url", "jdbc:postgresql://127.0.0.1:9/auth?ssl=false",
          "datasources.default.username", "auth_service",
          "datasources.default.password", "swordfish",
          "kafka.bootstrap-servers", "one:9092,two:9092",
          "color", "red");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "datasources.default.url",
        "datasources.default.username",
        "datasources.default.password",
        "kafka.bootstrap-servers",
        "color"
      })
  void what_is_missing_or_blank_is_named_with_what_to_set_it_to(String property) {
    var without = new HashMap<>(COMPLETE);
    without.remove(property);
    assertThat(fault(without).orElseThrow().sentence())
        .startsWith(property + " is missing: set it to ")
        .contains("MICRONAUT_CONFIG_FILES");
    assertThat(fault(with(property, " ")).orElseThrow())
        .returns(2, StartFault::exitCode)
        .extracting(StartFault::sentence)
        .asString()
        .startsWith(property + " is missing: set it to ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "datasources.default.url | postgres://x/auth | jdbc:postgresql://host:port/database",
        "kafka.bootstrap-servers | localhost | host:port, several separated by commas",
        "messaging.session-timeout | abc | a duration, 1s to 30m",
        "messaging.session-timeout | 10ms | a duration, 1s to 30m",
        "messaging.max-poll-records | many | a whole number, 1 to 10000",
        "messaging.max-poll-records | 0 | a whole number, 1 to 10000",
        "messaging.retry-max | '' | a duration, 1ms to 1h",
        "messaging.group-protocol | newest | classic, consumer",
        "messaging.dead-letters.keep-stack-trace | yes | true, false",
        "messaging.attempts-max | 0 | a whole number, 1 to 1000",
        "messaging.kill-switch.failure-ratio | 20% | a share, above 0 up to 1",
        "messaging.kill-switch.failure-ratio | 0 | a share, above 0 up to 1",
        "messaging.kill-switch.window | 0s | a duration, 1s to 1h",
        "messaging.retention.inbox | 1d | a duration, 2d to 3650d",
      })
  void what_is_not_allowed_is_named_with_its_value_and_never_replaced_by_the_default(
      String property, String value, String allowed) {
    assertThat(fault(with(property, value)))
        .contains(new StartFault(2, "%s is '%s'; allowed: %s".formatted(property, value, allowed)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"user", "password"})
  void a_service_with_the_login_of_its_migrator_is_refused(String setting) {
    var property = "flyway.datasources.migrator." + setting;

    assertThat(fault(with(property, "swordfish")))
        .contains(
            new StartFault(
                2,
                property
                    + " is set, and a running service must not have the login of its migrator: keep"
                    + " it in a file of its own, for the step `migrate`"));
  }

  @Test
  void who_does_not_start_by_service_start_is_told_as_well() {
    Map<String, Object> wrong = Map.of("messaging.attempts-max", "many");
    try (var context = ApplicationContext.builder().properties(wrong).build()) {
      var environment = context.getEnvironment().start();
      assertThatThrownBy(() -> new MessagingSettings(environment))
          .hasMessage("messaging.attempts-max is 'many'; allowed: a whole number, 1 to 1000");
    }
  }

  @Test
  void what_is_allowed_has_no_fault() {
    var resolver =
        new MapPropertyResolver(Map.<String, Object>of("a", "30s", "b", "7", "c", "http://h:1"));
    assertThat(Setting.optionalDuration("a", "1s", "30s").fault(resolver)).isEmpty();
    assertThat(Setting.optionalNumber("b", 7, 7).fault(resolver)).isEmpty();
    assertThat(Setting.address("c").fault(resolver)).isEmpty();
    assertThat(Setting.optionalNumber("absent", 1, 2).fault(resolver)).isEmpty();
  }

  private static Map<String, String> with(String property, String value) {
    var changed = new HashMap<>(COMPLETE);
    changed.put(property, value);
    return changed;
  }

  private static Optional<StartFault> fault(Map<String, String> properties) {
    return new ServiceStart("test", SettingTest.class, List.of(Setting.text("color", "a color")))
        .firstFault(new MapPropertyResolver(new HashMap<String, Object>(properties)));
  }
}
