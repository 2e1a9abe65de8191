package onceward.messaging.start;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaClientTest {

  @ParameterizedTest
  @ValueSource(strings = {"3.9.1", "4.2.0", "4.2.10-rc1", "0.11.0.3", "2.13"})
  void an_older_one_is_refused_with_its_version_the_one_needed_and_what_to_do(String older) {
    assertThat(KafkaClient.fault(older))
        .contains(
            "org.apache.kafka:kafka-clients is "
                + older
                + ", and onceward:messaging needs 4.3 or newer: in the pom, import onceward:onceward-bom before the BOM that names the older one, as Micronaut's does");
  }

  @ParameterizedTest
  @ValueSource(strings = {"4.3", "4.3.0", "4.3.1", "4.3.1-ccs", "4.10.0", "5.0.0", "unknown", ""})
  void this_one_a_newer_and_one_that_does_not_say_are_taken(String version) {
    assertThat(KafkaClient.fault(version)).isEmpty();
  }

  @Test
  void what_is_needed_is_what_the_library_is_built_with() {
    assertThat(AppInfoParser.getVersion()).startsWith("4.3.");
    assertThat(KafkaClient.fault()).isEmpty();
  }
}
