package onceward.messaging.start;

import io.micronaut.context.annotation.Context;
import io.micronaut.context.env.Environment;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.core.annotation.Order;
import io.micronaut.core.order.Ordered;
import java.util.List;
import java.util.Set;

/**
 * The values that the library's own properties may have. Checked before any bean reads them, for
 * the framework replaces a value that it cannot convert by the default. A Kafka client that is too
 * old is refused here as well.
 */
@Context
@Order(Ordered.HIGHEST_PRECEDENCE)
final class MessagingSettings {

  private static final Set<String> PROTOCOLS = Set.of("classic", "consumer");
  private static final Set<String> BOOLEANS = Set.of("true", "false");

  static final List<Setting> ALL =
      List.of(
          Setting.brokers("kafka.bootstrap-servers"),
          Setting.clientProperties("kafka.client-properties"),
          Setting.optional(
              "messaging.instance", "a name without spaces", value -> value.matches("\\S+")),
          Setting.optional(Migrations.ALLOWED, "true, false", BOOLEANS::contains),
          Setting.optional("messaging.group-protocol", "classic, consumer", PROTOCOLS::contains),
          Setting.optionalDuration("messaging.session-timeout", "1s", "30m"),
          Setting.optionalNumber("messaging.max-poll-records", 1, 10_000),
          Setting.optionalNumber("messaging.partitions-at-once-max", 1, 100),
          Setting.optionalDuration("messaging.retry-first", "1ms", "1h"),
          Setting.optionalDuration("messaging.retry-max", "1ms", "1h"),
          Setting.optionalNumber("messaging.attempts-max", 1, 1_000),
          Setting.optional("messaging.stop-if-database-rewound", "true, false", BOOLEANS::contains),
          Setting.optional("messaging.restoring", "true, false", BOOLEANS::contains),
          Setting.optional(
              "messaging.dead-letters.keep-stack-trace", "true, false", BOOLEANS::contains),
          Setting.optional(
              "messaging.dead-letters.show-payload", "true, false", BOOLEANS::contains),
          Setting.optional("messaging.dead-letters.allow-edit", "true, false", BOOLEANS::contains),
          Setting.optionalShare("messaging.kill-switch.failure-ratio"),
          Setting.optionalNumber("messaging.kill-switch.messages-min", 1, 1_000_000),
          Setting.optionalDuration("messaging.kill-switch.window", "1s", "1h"),
          // The functions in the database have the same bounds.
          Setting.optionalDuration("messaging.retention.outbox", "2d", "3650d"),
          Setting.optionalDuration("messaging.retention.inbox", "2d", "3650d"),
          Setting.optionalDuration("messaging.retention.dead-letters", "2d", "3650d"),
          Setting.optionalNumber("messaging.retention.days-ahead", 1, 100),
          Setting.optionalDuration("messaging.retention.every", "1s", "1d"));

  MessagingSettings(Environment environment) {
    KafkaClient.fault()
        .or(() ->
            ALL.stream()
                .filter(setting -> !setting.required())
                .flatMap(setting -> setting.fault(environment).stream())
                .findFirst())
        .ifPresent(fault -> {
          throw new ConfigurationException(fault);
        });
  }
}
