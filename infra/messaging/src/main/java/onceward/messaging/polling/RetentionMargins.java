package onceward.messaging.polling;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Requires;
import io.micronaut.scheduling.annotation.Scheduled;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import onceward.messaging.handling.FailureKinds;
import onceward.messaging.retention.RetentionConfiguration;
import onceward.messaging.subscription.Subscription;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares every ten minutes how long the inbox remembers with how long each topic keeps records:
 * {@code inbox.retention.margin} in seconds, -Inf for a topic that keeps records for ever, NaN as
 * long as Kafka has not told. A negative margin is logged once, and shown by readiness as a detail:
 * messages flow on.
 *
 * <p>Safe for use by many threads.
 */
@Context
@Requires(bean = Subscriptions.class)
final class RetentionMargins {

  private static final Logger log = LoggerFactory.getLogger(RetentionMargins.class);

  private final Subscriptions subscriptions;
  private final ConsumerSettings settings;
  private final RetentionConfiguration retention;
  private final Map<String, RetentionMargin> margins = new ConcurrentHashMap<>();

  RetentionMargins(
      Subscriptions subscriptions,
      ConsumerSettings settings,
      RetentionConfiguration retention,
      @Nullable MeterRegistry meters) {
    this.subscriptions = subscriptions;
    this.settings = settings;
    this.retention = retention;
    if (meters != null) {
      subscriptions.loops().forEach(loop -> register(loop.subscription(), meters));
    }
  }

  private void register(Subscription subscription, MeterRegistry meters) {
    TimeGauge.builder(
            "inbox.retention.margin",
            margins,
            TimeUnit.SECONDS,
            known ->
                Optional.ofNullable(known.get(subscription.toString()))
                    .map(RetentionMargin::seconds)
                    .orElse(Double.NaN))
        .tag("consumer", subscription.consumer())
        .tag("topic", subscription.topic())
        .register(meters);
  }

  /** Looks at every topic. Does not throw. */
  @Scheduled(initialDelay = "1s", fixedDelay = "10m")
  void look() {
    subscriptions.loops().forEach(loop -> look(loop.subscription()));
  }

  private void look(Subscription subscription) {
    try (var brokers = settings.brokers(subscription)) {
      var margin =
          new RetentionMargin(
              subscription, retention.inboxRemembers(), brokers.retention(subscription.topic()));
      var before = margins.put(subscription.toString(), margin);
      if (!margin.equals(before)) {
        margin.warning().ifPresent(warning -> log.warn("{}: {}", subscription, warning));
      }
    } catch (RuntimeException notNow) {
      log.debug("{}: {}", subscription, FailureKinds.describe(notNow));
    }
  }

  /** The warnings, by subscription. */
  Map<String, String> warnings() {
    var warnings = new TreeMap<String, String>();
    margins.forEach((subscription, margin) ->
        margin.warning().ifPresent(warning -> warnings.put(subscription, warning)));
    return warnings;
  }
}
