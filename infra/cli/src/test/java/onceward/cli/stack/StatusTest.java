package onceward.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import onceward.cli.stack.Status.Document;
import onceward.cli.stack.Status.Kafka;
import onceward.cli.stack.Status.Management;
import onceward.cli.stack.Status.Postgres;
import onceward.cli.stack.Status.ProgramStatus;
import onceward.cli.stack.Status.Row;
import onceward.localstack.Commands;
import onceward.localstack.Replacement;
import onceward.localstack.process.Condition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whoever looks sees what does not answer, and how to reach what does. */
final class StatusTest {

  @Test
  void each_process_is_told_as_it_stands_with_how_to_reach_the_servers() {
    Status status =
        status(
            row("postgres", 10L, Condition.SILENT, "127.0.0.1:25432"),
            row("kafka", 11L, Condition.READY, "127.0.0.1:29092"),
            row("gateway", null, Condition.ENDED, "http://127.0.0.1:8080"));

    assertThat(status.text())
        .isEqualTo(
            """
            NAME      PID  STATE                       ADDRESS                LOG
            postgres  10   does not answer within 2 s  127.0.0.1:25432        /srv/stack/logs/postgres.log
            kafka     11   ready                       127.0.0.1:29092        /srv/stack/logs/kafka.log
            gateway   -    ended                       http://127.0.0.1:8080  /srv/stack/logs/gateway.log

            Start the ended processes again with: infra/onceward up --detach --home /srv/stack

            psql: PGPASSWORD="$(sed -n 's/^postgres=//p' '/srv/stack/secrets/passwords.properties')" psql -h 127.0.0.1 -p 25432 -U postgres auth
                  (or database user; that file has the password of each role)
            kcat: printf 'sasl.password=%s\\n' "$(sed -n 's/^operator=//p' '/srv/stack/secrets/kafka-passwords.properties')" | kcat -F /dev/stdin -b 127.0.0.1:29092 \\
                    -X security.protocol=SASL_PLAINTEXT -X sasl.mechanisms=PLAIN -X sasl.username=operator -t account.events -C -e
            curl: printf 'Authorization: Bearer %s' "$(cat '/srv/stack/secrets/management-reader.token')" | curl -H @- http://127.0.0.1:9083/relay
                  (the management port of the relay; `status --json` names those of the others)
            """);
    assertThat(status.allReady()).isFalse();
  }

  @Test
  void a_program_that_is_not_ready_says_why_and_what_to_run_next() {
    var status =
        status(
            row("postgres", 10L, Condition.READY, ""),
            row("kafka", 11L, Condition.READY, ""),
            row(
                "outbox-relay",
                12L,
                Condition.NOT_READY,
                "http://127.0.0.1:8083",
                List.of("pipelines: auth: STOPPED: the slot is ahead")),
            row(
                "user-service",
                13L,
                Condition.NOT_READY,
                "http://127.0.0.1:8082",
                List.of("subscriptions: user on account.events: account.events-0 is stopped")),
            row("gateway", 14L, Condition.NOT_READY, "http://127.0.0.1:8080"));

    assertThat(status.text())
        .contains(
            """

            outbox-relay is not ready:
              pipelines: auth: STOPPED: the slot is ahead
              next: infra/onceward relay status --home /srv/stack

            user-service is not ready:
              subscriptions: user on account.events: account.events-0 is stopped
              next: infra/onceward messaging status --home /srv/stack

            gateway is not ready:
              it does not say why
              next: tail /srv/stack/logs/gateway.log
            """);
  }

  @Test
  void nothing_is_to_be_started_when_all_is_ready() {
    Status status =
        status(
            row("postgres", 10L, Condition.READY, "127.0.0.1:25432"),
            row("kafka", 11L, Condition.READY, "127.0.0.1:29092"));

    assertThat(status.text()).doesNotContain("Start the ended");
    assertThat(status.allReady()).isTrue();
  }

  @Test
  void json_has_pid_and_state_of_the_servers() throws Exception {
    assertThat(
            new ObjectMapper()
                .valueToTree(
                    status(
                            row("postgres", null, Condition.ENDED, ""),
                            row("kafka", 11L, Condition.SILENT, ""))
                        .document())
                .toString())
        .contains("\"postgres\":{\"pid\":null,\"state\":\"ended\",\"host\":\"127.0.0.1\"")
        .doesNotContainIgnoringCase("adminPassword", "secret\"")
        .contains("\"kafka\":{\"pid\":11,\"state\":\"silent\",\"bootstrapServers\":");
  }

  @Test
  void what_is_to_be_mended_although_all_is_ready_is_told() {
    var relay =
        new Row(
            "outbox-relay",
            12L,
            Condition.READY,
            "http://127.0.0.1:8083",
            "/srv/stack/logs/outbox-relay.log",
            List.of(),
            List.of("auth: 127.0.0.1:5432 is a primary too"));
    Status status =
        status(
            row("postgres", 10L, Condition.READY, ""),
            row("kafka", 11L, Condition.READY, ""),
            relay);

    assertThat(status.text())
        .contains("\nWARNING outbox-relay: auth: 127.0.0.1:5432 is a primary too\n");
    assertThat(status.allReady()).isTrue();
  }

  @Test
  void a_server_that_was_replaced_is_not_to_be_started_again() {
    Status status =
        status(
            Optional.of(new Replacement(1, 2, "auth_outbox")),
            row("postgres", null, Condition.ENDED, ""),
            row("kafka", 11L, Condition.READY, ""));

    assertThat(status.text())
        .doesNotContain("Start the ended")
        .contains(
            "\nDo not start postgres again: the PostgreSQL server of this stack is on timeline 1, and slot auth_outbox was published up to timeline 2: ")
        .contains("(infra/docs/runbook/failover.md)\n");
  }

  private static Status status(Row... rows) {
    return status(Optional.empty(), rows);
  }

  private static Status status(Optional<Replacement> replacement, Row... rows) {
    return new Status(
        new Document(
            new Postgres(
                rows[0].pid(),
                rows[0].condition().text(),
                "127.0.0.1",
                25432,
                "postgres",
                "/srv/stack/secrets/passwords.properties"),
            new Kafka(
                rows[1].pid(),
                rows[1].condition().text(),
                "127.0.0.1:29092",
                "/srv/stack/secrets/kafka-passwords.properties",
                "/srv/stack/secrets/kafka-operator.properties"),
            new Management(
                "/srv/stack/secrets/management-operator.token",
                "/srv/stack/secrets/management-reader.token"),
            List.of(
                new ProgramStatus(
                    "outbox-relay",
                    12L,
                    "ready",
                    true,
                    List.of(),
                    List.of(),
                    "http://127.0.0.1:8083",
                    "http://127.0.0.1:9083",
                    "/srv/stack/logs/outbox-relay.log"))),
        List.of(rows),
        replacement,
        Commands.of(Path.of("/srv/stack")));
  }

  private static Row row(String name, @Nullable Long pid, Condition condition, String address) {
    return row(name, pid, condition, address, List.of());
  }

  private static Row row(
      String name, @Nullable Long pid, Condition condition, String address, List<String> reasons) {
    return new Row(
        name, pid, condition, address, "/srv/stack/logs/" + name + ".log", reasons, List.of());
  }
}
