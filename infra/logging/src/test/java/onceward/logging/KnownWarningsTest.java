package onceward.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;

/** Goal: what is expected makes no noise, and nothing else is lost with it. */
class KnownWarningsTest {

  private static final String FLYWAY = "org.flywaydb.core.internal.";
  private static final String CLIENT = "org.apache.kafka.clients.NetworkClient";
  private static final String ISSUE =
      "[Consumer clientId=shop-1, groupId=billing] The metadata response from the cluster reported a recoverable issue with correlation id 7 : ";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        FLYWAY
            + "database.base.Database | Flyway upgrade recommended: PostgreSQL 18.6 is newer than this version of Flyway and support has not been tested. The latest supported version of PostgreSQL is 17.",
        FLYWAY
            + "command.DbMigrate | outOfOrder mode is active. Migration of schema \"public\" may not be reproducible.",
        CLIENT + " | " + ISSUE + "{order.events=UNKNOWN_TOPIC_OR_PARTITION}",
        CLIENT + " | " + ISSUE + "{a.b=UNKNOWN_TOPIC_OR_PARTITION, c=UNKNOWN_TOPIC_OR_PARTITION}",
      })
  void what_is_known_is_not_printed_in_either_format(String logger, String sentence) {
    assertThat(printed("text", logger, log -> log.warn(sentence))).isEmpty();
    assertThat(printed("json", logger, log -> log.warn(sentence))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        FLYWAY + "command.DbMigrate | Migration of schema \"public\" failed",
        FLYWAY + "database.base.Database | PostgreSQL 18.6 cannot be read",
        CLIENT + " | " + ISSUE + "{order.events=LEADER_NOT_AVAILABLE}",
        CLIENT + " | " + ISSUE + "{a=UNKNOWN_TOPIC_OR_PARTITION, b=TOPIC_AUTHORIZATION_FAILED}",
        CLIENT + " | Connection to node -1 could not be established. Node may not be available.",
        "onceward.messaging | outOfOrder mode is active. Migration of schema",
      })
  void what_else_these_and_others_say_is_printed(String logger, String sentence) {
    assertThat(printed("text", logger, log -> log.warn(sentence))).contains(sentence);
  }

  private static String printed(String format, String logger, Consumer<Logger> deed) {
    return LogFormatTest.print(format, logger, deed);
  }
}
