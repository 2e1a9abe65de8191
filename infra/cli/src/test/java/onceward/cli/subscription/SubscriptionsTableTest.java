package onceward.cli.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

final class SubscriptionsTableTest {

  @Test
  void below_the_table_stands_what_helps_those_through_which_nothing_flows() throws Exception {
    var table =
        table(
            """
            [{"service":"auth-service","consumer":"auth","topic":"profile.events","flows":true,"stopped":false,
              "partitions":{"profile.events-0":{"lag":3},"profile.events-1":{"lag":1200}}},
             {"service":"user-service","consumer":"user","topic":"account.events","flows":false,"stopped":false,
              "reason":"account.events-0 is stopped: 5 records are gone",
              "partitions":{"account.events-0":{"lag":7,"stopped":"5 records are gone"}}},
             {"service":"user-service","consumer":"mail","topic":"account.events","flows":false,"stopped":true,
              "reason":"12 of 20 messages failed","partitions":{}},
             {"service":"user-service","consumer":"late","topic":"account.events","flows":false,"stopped":false,
              "reason":"has not joined its group","partitions":{"account.events-0":{}}},
             {"service":"user-service","consumer":"cut","topic":"account.events","flows":false,"stopped":false,
              "reason":"account.events-0 is stopped: the topic was deleted",
              "partitions":{"account.events-0":{"lag":-132,"stopped":"the topic was deleted"},"account.events-1":{"lag":3}}}]
            """);

    assertThat(table.text())
        .isEqualTo(
            """
            CONSUMER                  TOPIC                 SERVICE         STATE                LAG
            auth                      profile.events        auth-service    flows              1,203
            user                      account.events        user-service    PART STOPPED           7
            mail                      account.events        user-service    STOPPED                0
            late                      account.events        user-service    WAITS                  -
            cut                       account.events        user-service    PART STOPPED           -

            user of account.events: account.events-0 is stopped: 5 records are gone
              to go on all the same: infra/onceward messaging accept user account.events --home /srv
              read before: infra/docs/runbook/records-gone.md

            mail of account.events: 12 of 20 messages failed
              when the cause is mended: infra/onceward messaging resume mail account.events --home /srv
              read before: infra/docs/runbook/consumer-stopped.md

            late of account.events: has not joined its group
              it tries again by itself

            cut of account.events: account.events-0 is stopped: the topic was deleted
              to go on all the same: infra/onceward messaging accept cut account.events --home /srv
              read before: infra/docs/runbook/records-gone.md
            """);
    assertThat(table.areWell()).isFalse();
  }

  @Test
  void nothing_stands_below_when_messages_flow() throws Exception {
    var table =
        table(
            """
            [{"service":"auth-service","consumer":"auth","topic":"profile.events","flows":true,"stopped":false,
              "partitions":{"profile.events-0":{"lag":0}}}]
            """);

    assertThat(table.text()).hasLineCount(2);
    assertThat(table.areWell()).isTrue();
  }

  @Test
  void open_dead_letters_stand_below_by_consumer_and_cause() throws Exception {
    var table =
        table(
            """
            [{"service":"auth-service","consumer":"auth","topic":"profile.events","flows":true,"stopped":false,
              "partitions":{"profile.events-0":{"lag":0}}}]
            """,
            """
            [{"service":"auth-service","consumer":"auth","open":1200,"exception":"IllegalStateException at A.java:7"},
             {"service":"user-service","consumer":"user","open":1,"exception":"cannot be read"}]
            """);

    assertThat(table.text())
        .endsWith(
            """

            open dead letters: 1,201, which wait for an operator
              1,200 of auth (auth-service): IllegalStateException at A.java:7
              1 of user (user-service): cannot be read
              to list them: infra/onceward dlq ls --home /srv
            """);
    assertThat(table.areWell()).isTrue();
  }

  private static SubscriptionsTable table(String json) throws Exception {
    return table(json, "[]");
  }

  private static SubscriptionsTable table(String json, String deadLetters) throws Exception {
    return new SubscriptionsTable(
        list(json), list(deadLetters), command -> "infra/onceward " + command + " --home /srv");
  }

  private static List<JsonNode> list(String json) throws Exception {
    return StreamSupport.stream(new ObjectMapper().readTree(json).spliterator(), false).toList();
  }
}
