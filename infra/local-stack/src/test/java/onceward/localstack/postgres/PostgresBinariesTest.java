package onceward.localstack.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import onceward.localstack.process.StackException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests have the binaries of every supported version, and find those that they ask for. */
class PostgresBinariesTest {

  @ParameterizedTest
  @ValueSource(ints = {15, 16, 17, 18})
  void each_version_is_found_by_its_jar(int major) {
    assertThat(PostgresBinaries.of(Integer.toString(major)))
        .satisfies(
            binaries -> assertThat(binaries.major()).isEqualTo(major),
            binaries -> assertThat(binaries.archive().toString()).contains("-" + major + "."));
  }

  @ParameterizedTest
  @ValueSource(strings = {"14", "", "newest", "1"})
  void a_version_without_binaries_is_named_with_those_that_have_some(String version) {
    assertThatThrownBy(() -> PostgresBinaries.of(version))
        .isInstanceOf(StackException.class)
        .hasMessageContaining("onceward.postgres is '%s'; allowed: 15, 16, 17, 18", version);
  }
}
