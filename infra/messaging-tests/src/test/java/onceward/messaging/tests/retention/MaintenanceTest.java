package onceward.messaging.tests.retention;

import static java.util.concurrent.TimeUnit.SECONDS;
import static onceward.messaging.tests.retention.RetainedService.partition;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.ApplicationContext;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

/** Goal: retention runs by itself, whoever watches learns when it cannot, and traffic goes on. */
class MaintenanceTest {

  RetainedService retained;

  @BeforeEach
  void start() {
    retained = new RetainedService();
  }

  @AfterEach
  void stop() {
    retained.close();
  }

  @Test
  void an_instance_makes_what_is_missing_before_there_is_traffic_and_ever_again() throws Exception {
    retained.asOwner("drop table " + partition("outbox", 0));
    try (var instance = retained.startInstance(Map.of("messaging.retention.every", "1s"))) {
      assertThat(retained.append()).isEqualTo(partition("outbox", 0));
      assertThat(gauge(instance, "messaging.retention.ahead", "outbox")).isEqualTo(7);
      assertThat(gauge(instance, "messaging.retention.trouble", "outbox")).isZero();
      assertThat(runs(instance, "outbox", "done")).isPositive();

      retained.asOwner("drop table " + partition("inbox", 7));
      await().atMost(20, SECONDS).until(() -> retained.exists(partition("inbox", 7)));
    }
  }

  @Test
  void what_is_kept_is_rounded_up_to_whole_days() throws Exception {
    retained.makePartition("outbox", -3);
    retained.makePartition("outbox", -4);
    retained.makePartition("inbox", -4);
    retained.makePartition("inbox", -5);
    var settings =
        Map.<String, Object>of(
            "messaging.retention.outbox", "49h", "messaging.retention.inbox", "4d");
    try (var _ = retained.startInstance(settings)) {
      assertThat(retained.exists(partition("outbox", -3))).isTrue();
      assertThat(retained.exists(partition("outbox", -4))).isFalse();
      assertThat(retained.exists(partition("inbox", -4))).isTrue();
      assertThat(retained.exists(partition("inbox", -5))).isFalse();
    }
  }

  @Test
  void what_operators_asked_is_forgotten_when_it_is_old_and_the_history_of_open_letters_is_not()
      throws Exception {
    retained.asOwner(
        """
        insert into operator_audit (begun_at, operator, action, subject, parameters, dry_run)
        select now() - make_interval(days => age), age::text, 'retry', 'all', '', false
        from unnest(array[1, 91]) age;
        insert into dead_letter_job (id, action, operator, selection, attempts_max, failures_in_row_max, force, total, ended_at)
        select uuidv7(), 'retry', age::text, 'all', 1, 3, false, 1, now() - make_interval(days => age)
        from unnest(array[1, 91]) age;
        insert into dead_letter_job_item (job, letter, turn) select id, uuidv7(), 1 from dead_letter_job;
        insert into replay (operator, state, requested_at, ended_at, consumer, topic, mode, partitions, keys, types, messages, rate, failures_max)
        select state || age, state, now() - make_interval(days => age),
               case state when 'done' then now() - make_interval(days => age) end,
               'billing', 'order.events', 'repair', '{}', '{}', '{}', '{}', 1, 1
        from unnest(array[1, 91]) age, unnest(array['done', 'paused', 'planned']) state;
        with letter as (
          insert into dead_letter
            (consumer, topic, kafka_partition, kafka_offset, reason, exception, stack_digest, attempts, state, closed_at)
          select 'billing', 'order.events', 0, 1, 'poison', 'e', 'd', 5, state, now() - interval '91 days'
          from unnest(array['open', 'handled']) state
          returning id, state)
        insert into dead_letter_attempt (letter, outcome, attempts, operator) select id, 'failed', 5, state from letter
        """);
    try (var instance = retained.startInstance(Map.of())) {
      assertThat(String.valueOf(health(instance).getDetails())).contains("dead_letter=well");
      assertThat(retained.text("select string_agg(operator, ' ') from operator_audit"))
          .isEqualTo("1");
      assertThat(retained.text("select string_agg(operator, ' ') from dead_letter_job"))
          .isEqualTo("1");
      assertThat(retained.text("select count(*) from dead_letter_job_item")).isEqualTo("1");
      // One that stands still may go on; a plan that is so old is carried out by nobody.
      assertThat(retained.text("select string_agg(operator, ' ' order by operator) from replay"))
          .isEqualTo("done1 paused1 paused91 planned1");
      assertThat(retained.text("select string_agg(operator, ' ') from dead_letter_attempt"))
          .isEqualTo("open");
    }
  }

  @Test
  void what_was_published_again_is_forgotten_when_it_is_old_but_not_while_the_outbox_has_its_day()
      throws Exception {
    retained.asOwner(
        """
        insert into relay_republish (slot, operator, state, requested_at, ended_at, messages)
        select 'slot', state || age, state, now() - make_interval(days => age),
               case state when 'DONE' then now() - make_interval(days => age) end, 2
        from unnest(array[1, 91, 93]) age, unnest(array['DONE', 'COLLECTING']) state
        where state = 'DONE' or age = 91
        """);
    retained.asOwner(
        """
        insert into relay_republished (request, message_id, published_at)
        select id, uuidv7(), requested_at from relay_republish;
        insert into relay_republish_message (request, message_id, state, key_digest, aggregateversion)
        select id, uuidv7(), 'GONE', 1, 1 from relay_republish;
        """);
    retained.asOwner("insert into outbox_day (day) select messaging_today() - 91");

    retained.retain("dead_letter", 90, 0);
    assertThat(requests()).isEqualTo("COLLECTING91 DONE1 DONE91");
    assertThat(retained.text("select count(*) from relay_republish_message")).isEqualTo("2");

    retained.asOwner("update outbox_day set dropped = now() where day = messaging_today() - 91");
    retained.retain("dead_letter", 90, 0);
    assertThat(requests()).isEqualTo("COLLECTING91 DONE1");
  }

  private String requests() {
    return retained.text("select string_agg(operator, ' ' order by operator) from relay_republish");
  }

  @Test
  void one_run_forgets_at_most_ten_thousand_rows_of_each_kind() throws Exception {
    retained.asOwner(
        """
        insert into operator_audit (begun_at, operator, action, subject, parameters, dry_run)
        select now() - interval '91 days', 'ada', 'retry', 'all', '', false from generate_series(1, 10001);
        with job as (
          insert into dead_letter_job (action, operator, selection, attempts_max, failures_in_row_max, force, total, ended_at)
          select 'retry', 'ada', 'all', 1, 3, false, 1, now() - interval '91 days' from generate_series(1, 10001)
          returning id)
        insert into dead_letter_job_item (job, letter, turn)
        select last.id, uuidv7(), 1 from (select max(id::text)::uuid id from job) last, generate_series(1, 10001);
        with letter as (
          insert into dead_letter
            (consumer, topic, kafka_partition, kafka_offset, reason, exception, stack_digest, attempts, state, closed_at, edited_value)
          select 'billing', 'order.events', 0, n, 'poison', 'e', 'd', 5, 'handled', now() - interval '91 days', ''
          from generate_series(1, 10001) n
          returning id)
        insert into dead_letter_attempt (letter, outcome, attempts) select id, 'failed', 5 from letter
        """);

    retained.retain("dead_letter", 90, 0);

    assertThat(retained.text("select count(*) from operator_audit")).isEqualTo("1");
    assertThat(retained.text("select count(*) from dead_letter_job_item")).isEqualTo("1");
    assertThat(retained.text("select count(*) from dead_letter_job")).isEqualTo("1");
    assertThat(retained.text("select count(*) from dead_letter_attempt")).isEqualTo("1");
    assertThat(retained.text("select count(*) from dead_letter where edited_value is not null"))
        .isEqualTo("1");
  }

  @Test
  void what_retention_finds_shows_in_health_and_metrics_and_takes_nobody_out_of_traffic() {
    retained.dropSlot();
    try (var instance = retained.startInstance(Map.of())) {
      var health = health(instance);
      assertThat(health.getStatus().getName()).isEqualTo("UP");
      assertThat(String.valueOf(health.getDetails()))
          .contains("outbox: slot retained_", "is missing")
          .contains("inbox=well");
      assertThat(gauge(instance, "messaging.retention.trouble", "outbox")).isEqualTo(1);
      assertThat(gauge(instance, "messaging.retention.trouble", "inbox")).isZero();
    }
  }

  /** Method: one transaction that stays open stands for handlers that take turns. */
  @ParameterizedTest
  @CsvSource({
    "inbox, -32, 0",
    "inbox, -33, 1",
    "outbox, -16, 0",
    "outbox, -17, 1",
  })
  void a_day_that_cannot_be_dropped_is_trouble_when_it_is_kept_two_days_too_long(
      String table, int day, double trouble) throws Exception {
    retained.makePartition(table, day);
    try (var open = retained.service.connectAsService()) {
      open.setAutoCommit(false);
      write(open, table);
      try (var instance = retained.startInstance(Map.of())) {
        assertThat(runs(instance, table, "timed_out")).isPositive();
        assertThat(gauge(instance, "messaging.retention.trouble", table)).isEqualTo(trouble);
        var details = String.valueOf(health(instance).getDetails());
        if (trouble == 1) {
          assertThat(details)
              .contains(
                  partition(table, day) + ": cannot be dropped",
                  RetainedService.SERVICE_ROLE,
                  "stop all instances of the service, then start them");
        } else {
          assertThat(details).contains(table + "=well");
        }

        // The next run is an hour away: it would meet the next handlers.
        open.rollback();
        await().atMost(60, SECONDS).until(() -> !retained.exists(partition(table, day)));
        await()
            .atMost(20, SECONDS)
            .until(() -> gauge(instance, "messaging.retention.trouble", table) == 0);
      }
    }
  }

  private static void write(Connection connection, String table) throws SQLException {
    try (var insert = connection.createStatement()) {
      insert.execute(
          table.equals("inbox")
              ? "insert into inbox (consumer, message_id) values ('consumer', uuidv7())"
              : "insert into outbox (aggregatetype, aggregateid, aggregateversion, type, payload) values ('thing', 'a', 1, 'Opened', '{}')");
    }
  }

  @Test
  void a_service_whose_retention_fails_starts_and_works_and_says_so() throws Exception {
    retained.asOwner(
        "revoke execute on function outbox_retain from " + RetainedService.SERVICE_ROLE);
    try (var instance = retained.startInstance(Map.of())) {
      assertThat(retained.append()).isEqualTo(partition("outbox", 0));
      assertThat(String.valueOf(health(instance).getDetails()))
          .contains("retention failed", "permission denied for function outbox_retain");
      assertThat(runs(instance, "outbox", "failed")).isEqualTo(1);
      assertThat(runs(instance, "inbox", "done")).isEqualTo(1);
      assertThat(gauge(instance, "messaging.retention.trouble", "outbox")).isEqualTo(1);
      assertThat(gauge(instance, "messaging.retention.ahead", "outbox")).isNaN();
    }
  }

  @Test
  void a_service_without_metrics_has_retention_too() {
    try (var instance = retained.startInstance(Map.of("micronaut.metrics.enabled", false))) {
      assertThat(instance.findBean(MeterRegistry.class)).isEmpty();
      assertThat(String.valueOf(health(instance).getDetails())).contains("outbox=well");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "messaging.retention.outbox, 1d, 'a duration, 2d to 3650d'",
    "messaging.retention.inbox, soon, 'a duration, 2d to 3650d'",
    "messaging.retention.days-ahead, 0, 'a whole number, 1 to 100'",
    "messaging.retention.every, 0s, 'a duration, 1s to 1d'"
  })
  void a_setting_that_is_not_allowed_keeps_the_service_from_starting_and_is_named(
      String property, String value, String allowed) {
    assertThatThrownBy(() -> retained.startInstance(Map.of(property, value)).close())
        .hasStackTraceContaining("%s is '%s'; allowed: %s".formatted(property, value, allowed));
  }

  private static HealthResult health(ApplicationContext instance) {
    return instance.getBeansOfType(HealthIndicator.class).stream()
        .map(indicator -> Mono.from(indicator.getResult()).block())
        .filter(result -> result.getName().equals("retention"))
        .findFirst()
        .orElseThrow();
  }

  private static double gauge(ApplicationContext instance, String name, String table) {
    return instance.getBean(MeterRegistry.class).get(name).tag("table", table).gauge().value();
  }

  private static double runs(ApplicationContext instance, String table, String outcome) {
    return instance
        .getBean(MeterRegistry.class)
        .get("messaging.retention.runs")
        .tag("table", table)
        .tag("outcome", outcome)
        .counter()
        .count();
  }
}
