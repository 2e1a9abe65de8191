package onceward.messaging.subscription;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.exceptions.HttpStatusException;
import io.micronaut.management.endpoint.annotation.Endpoint;
import io.micronaut.management.endpoint.annotation.Read;
import io.micronaut.management.endpoint.annotation.Selector;
import io.micronaut.management.endpoint.annotation.Write;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.transaction.TransactionOperations;
import java.sql.Connection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code /messaging}: what each subscription of this process is at, and the keys that are parked.
 * {@code POST /messaging/{consumer}/{topic}} lets a subscription go on that its kill switch has
 * stopped.
 *
 * <p>Sensitive: keys are aggregate ids. Answers hold no more than a hundred parked keys.
 */
@Endpoint(id = "messaging", defaultSensitive = true)
@Requires(bean = Subscriptions.class)
@ExecuteOn(TaskExecutors.BLOCKING)
final class MessagingEndpoint {

  private static final int PARKED_KEYS_MAX = 100;

  private final Subscriptions subscriptions;
  private final TransactionOperations<Connection> transactions;
  private final ConsumedKeys consumedKeys;

  MessagingEndpoint(
      Subscriptions subscriptions,
      TransactionOperations<Connection> transactions,
      ConsumedKeys consumedKeys) {
    this.subscriptions = subscriptions;
    this.transactions = transactions;
    this.consumedKeys = consumedKeys;
  }

  @Read
  Map<String, Object> report() {
    return Map.of(
        "subscriptions", subscriptions.loops().stream().map(MessagingEndpoint::report).toList(),
        "parkedKeys", transactions.executeRead(_ -> consumedKeys.parked(PARKED_KEYS_MAX)));
  }

  @Write
  Map<String, Object> resume(@Selector String consumer, @Selector String topic) {
    var loop =
        subscriptions.loops().stream()
            .filter(candidate -> candidate.subscription().consumer().equals(consumer))
            .filter(candidate -> candidate.subscription().topic().equals(topic))
            .findFirst()
            .orElseThrow(() ->
                new HttpStatusException(
                    HttpStatus.NOT_FOUND,
                    "there is no subscription of %s on %s".formatted(consumer, topic)));
    loop.resume();
    return report(loop);
  }

  private static Map<String, Object> report(SubscriptionLoop loop) {
    var subscription = loop.subscription();
    var trouble = loop.trouble();
    var report = new LinkedHashMap<String, Object>();
    report.put("consumer", subscription.consumer());
    report.put("topic", subscription.topic());
    report.put("group", subscription.group());
    report.put("types", List.copyOf(subscription.types()));
    report.put("flows", trouble.isEmpty());
    trouble.ifPresent(reason -> report.put("reason", reason));
    report.put("stopped", loop.isStopped());
    var partitions = new LinkedHashMap<String, Object>();
    loop.positions().forEach((partition, at) -> partitions.put(partition, report(at)));
    report.put("partitions", partitions);
    return report;
  }

  private static Map<String, Object> report(Position position) {
    var report = new LinkedHashMap<String, Object>();
    position.lag().ifPresent(lag -> report.put("lag", lag));
    position.heldBack().ifPresent(held -> report.put("heldBack", held.toString()));
    return report;
  }
}
