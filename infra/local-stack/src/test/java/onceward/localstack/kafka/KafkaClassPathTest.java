package onceward.localstack.kafka;

import static java.io.File.pathSeparator;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class KafkaClassPathTest {

  private static final String SERVER = "/repository/kafka/kafka_2.13-4.3.1.jar";
  private static final String CLIENT = "/repository/kafka/kafka-clients-4.3.1.jar";
  private static final String SCALA = "/repository/scala/scala-library-2.13.18.jar";
  private static final String FOREIGN = "/repository/netty/netty-common-4.2.16.Final.jar";

  /** Else each module of tests would make a class archive of its own. */
  @Test
  void only_what_the_broker_needs_counts_and_the_order_does_not() {
    assertThat(of(FOREIGN, SCALA, SERVER, CLIENT, "/project/target/classes"))
        .isEqualTo(of(CLIENT, SERVER, SCALA))
        .isEqualTo(String.join(pathSeparator, CLIENT, SERVER, SCALA));
  }

  @Test
  void another_version_of_a_jar_is_another_class_path() {
    assertThat(of(SERVER, CLIENT))
        .isNotEqualTo(of(SERVER, "/repository/kafka/kafka-clients-4.4.0.jar"));
  }

  private static String of(String... entries) {
    return KafkaClassPath.of(String.join(pathSeparator, List.of(entries)));
  }
}
