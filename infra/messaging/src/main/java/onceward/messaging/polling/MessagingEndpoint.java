package onceward.messaging.polling;

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
import java.util.TreeMap;
import onceward.messaging.deadletter.ConsumedKeyRows;
import onceward.messaging.offsets.PartitionMemory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /messaging}: how each subscription of this process gets on, and the keys that are parked.
 * {@code POST /messaging/{consumer}/{topic}} lets a subscription go on that is stopped as a whole,
 * in this process; {@code POST /messaging/{consumer}/{topic}/accept} lets it go on in partitions
 * that are stopped because records are gone, in every process, at the first record that is left.
 *
 * <p>Sensitive: keys are aggregate ids. Answers hold no more than a hundred parked keys.
 */
@Endpoint(id = "messaging", defaultSensitive = true)
@Requires(bean = Subscriptions.class)
@ExecuteOn(TaskExecutors.BLOCKING)
final class MessagingEndpoint {

  private static final Logger log = LoggerFactory.getLogger(MessagingEndpoint.class);

  private static final int PARKED_KEYS_MAX = 100;

  private final Subscriptions subscriptions;
  private final TransactionOperations<Connection> transactions;
  private final ConsumedKeyRows keys;
  private final PartitionMemory memory;

  MessagingEndpoint(
      Subscriptions subscriptions,
      TransactionOperations<Connection> transactions,
      ConsumedKeyRows keys,
      PartitionMemory memory) {
    this.subscriptions = subscriptions;
    this.transactions = transactions;
    this.keys = keys;
    this.memory = memory;
  }

  @Read
  Map<String, Object> report() {
    return Map.of(
        "subscriptions", subscriptions.loops().stream().map(MessagingEndpoint::report).toList(),
        "parkedKeys", transactions.executeRead(_ -> keys.parked(PARKED_KEYS_MAX)));
  }

  @Write
  Map<String, Object> resume(@Selector String consumer, @Selector String topic) {
    var loop = loop(consumer, topic);
    loop.resume();
    return report(loop);
  }

  @Write
  Map<String, Object> accept(
      @Selector String consumer, @Selector String topic, @Selector String action) {
    if (!action.equals("accept")) {
      throw new HttpStatusException(
          HttpStatus.NOT_FOUND, "'%s'; allowed: accept".formatted(action));
    }
    var subscription = loop(consumer, topic).subscription();
    var accepted = memory.accept(consumer, topic);
    if (accepted.isEmpty()) {
      throw new HttpStatusException(
          HttpStatus.CONFLICT, "no partition of %s is stopped".formatted(subscription));
    }
    var losses = new TreeMap<String, Object>();
    accepted.forEach((partition, loss) -> {
      log.warn(
          "{}: an operator accepts in {}-{}: {}", subscription, topic, partition, loss.describe());
      losses.put(topic + "-" + partition, loss.describe());
    });
    return Map.of("accepted", losses);
  }

  private SubscriptionLoop loop(String consumer, String topic) {
    return subscriptions.loops().stream()
        .filter(candidate -> candidate.subscription().consumer().equals(consumer))
        .filter(candidate -> candidate.subscription().topic().equals(topic))
        .findFirst()
        .orElseThrow(() ->
            new HttpStatusException(
                HttpStatus.NOT_FOUND,
                "there is no subscription of %s on %s".formatted(consumer, topic)));
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

  private static Map<String, Object> report(PartitionReport position) {
    var report = new LinkedHashMap<String, Object>();
    position.lag().ifPresent(lag -> report.put("lag", lag));
    position.heldBack().ifPresent(held -> report.put("heldBack", held.toString()));
    position.stopped().ifPresent(sentence -> report.put("stopped", sentence));
    position.undecided().ifPresent(reason -> report.put("undecided", reason));
    return report;
  }
}
