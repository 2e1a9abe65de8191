package onceward.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.core.value.MapPropertyResolver;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Promise: a setting that cannot work is named in one line, with what is allowed. */
class ManagementSettingsTest {

  @Test
  void by_default_the_port_is_on_the_loopback_address_a_thousand_above_the_public_one() {
    assertThat(of(Map.of(), 8083)).isEqualTo(new ManagementSettings("127.0.0.1", 9083, Set.of()));
    assertThat(of(Map.of(), -1).port()).isZero();
    assertThat(of(Map.of("management.port", "0"), 8083).port()).isZero();
    assertThat(of(Map.of("management.port", "7000", "management.host", "0.0.0.0"), 8083))
        .isEqualTo(new ManagementSettings("0.0.0.0", 7000, Set.of()));
  }

  @Test
  void names_are_read_without_regard_to_case_and_spaces() {
    assertThat(of(Map.of("management.allowed-hosts", "Ops.internal , relay"), 1).allowedHosts())
        .containsExactlyInAnyOrder("ops.internal", "relay");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "management.port | x | 'management.port is ''x''; allowed: 0 to 65535, 0 for any free port'",
        "management.port | -1 | 'management.port is ''-1''; allowed: 0 to 65535, 0 for any free port'",
        "management.port | 65536 | 'management.port is ''65536''; allowed: 0 to 65535, 0 for any free port'",
        "management.port | 8083 | 'management.port is ''8083''; allowed: a port other than micronaut.server.port'",
        "management.host | '' | 'management.host is ''''; allowed: an address or a name of this machine, such as 127.0.0.1 or 0.0.0.0'",
        "management.host | no such host | 'management.host is ''no such host''; allowed: an address or a name of this machine, such as 127.0.0.1 or 0.0.0.0'",
        "management.allowed-hosts | a:80 | 'management.allowed-hosts is ''a:80''; allowed: names without a port, such as relay.internal, separated by commas'",
        "management.allowed-hosts | * | 'management.allowed-hosts is ''*''; allowed: names without a port, such as relay.internal, separated by commas'",
        "endpoints.all.port | 9000 | 'endpoints.all.port is set; remove it and set management.port: management endpoints are never on another port'",
        "management.operator-token-file | /none | 'management.operator-token-file is ''/none'', a file that cannot be read (NoSuchFileException): mount it, or correct the name'",
      })
  void a_setting_that_cannot_work_is_named(String property, String value, String fault) {
    var properties =
        new MapPropertyResolver(Map.of("micronaut.server.port", 8083, property, value));
    assertThat(ManagementSettings.firstFault(properties)).contains(fault);
  }

  @Test
  void a_public_port_too_high_for_the_default_is_named() {
    assertThatThrownBy(() -> of(Map.of(), 65_000))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "management.port is not set, and the public port 65000 plus 1000 is no port: set it");
  }

  private static ManagementSettings of(Map<String, Object> properties, int publicPort) {
    return ManagementSettings.of(new MapPropertyResolver(properties), publicPort);
  }
}
