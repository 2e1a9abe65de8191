package onceward.messaging.polling;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Header;
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
import onceward.messaging.operations.Audit;
import onceward.messaging.operations.Audit.Deed;
import onceward.messaging.operations.Audit.Entry;
import onceward.messaging.operations.Fields;
import onceward.messaging.subscription.Subscription;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /messaging}: how each subscription of this process gets on, and the keys that are parked.
 * {@code POST /messaging/{consumer}/{topic}} lets a subscription go on that is stopped as a whole,
 * in this process; {@code POST /messaging/{consumer}/{topic}/accept} lets it go on in partitions
 * that are stopped because records are gone, in every process, at the first record that is left.
 * Both are audited; a body may have {@code operator} and {@code reason}.
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
  private final Audit audit;

  MessagingEndpoint(
      Subscriptions subscriptions,
      TransactionOperations<Connection> transactions,
      ConsumedKeyRows keys,
      PartitionMemory memory,
      Audit audit) {
    this.subscriptions = subscriptions;
    this.transactions = transactions;
    this.keys = keys;
    this.memory = memory;
    this.audit = audit;
  }

  @Read
  Map<String, Object> report() {
    return Map.of(
        "subscriptions", subscriptions.loops().stream().map(MessagingEndpoint::report).toList(),
        "parkedKeys", transactions.executeRead(_ -> keys.parked(PARKED_KEYS_MAX)));
  }

  @Write
  Map<String, Object> resume(
      @Selector String consumer,
      @Selector String topic,
      @Nullable @Header(Fields.OPERATOR_HEADER) String operator,
      @Nullable @Body Map<String, Object> body) {
    return audit.audited(
        entry("resume subscription", consumer, topic, operator, body),
        () -> {
          var loop = loop(consumer, topic);
          loop.resume();
          return new Deed<>(report(loop), "it goes on in the process that was asked");
        });
  }

  @Write
  Map<String, Object> accept(
      @Selector String consumer,
      @Selector String topic,
      @Selector String action,
      @Nullable @Header(Fields.OPERATOR_HEADER) String operator,
      @Nullable @Body Map<String, Object> body) {
    if (!action.equals("accept")) {
      throw new HttpStatusException(
          HttpStatus.NOT_FOUND, "'%s'; allowed: accept".formatted(action));
    }
    return audit.audited(
        entry("accept loss", consumer, topic, operator, body),
        () -> {
          var losses = accept(loop(consumer, topic).subscription());
          return new Deed<>(Map.of("accepted", losses), losses.toString());
        });
  }

  private Map<String, String> accept(Subscription subscription) {
    var accepted = memory.accept(subscription.consumer(), subscription.topic());
    if (accepted.isEmpty()) {
      throw new HttpStatusException(
          HttpStatus.CONFLICT, "no partition of %s is stopped".formatted(subscription));
    }
    var losses = new TreeMap<String, String>();
    accepted.forEach((number, loss) -> {
      var partition = subscription.topic() + "-" + number;
      log.warn("{}: an operator accepts in {}: {}", subscription, partition, loss.describe());
      losses.put(partition, loss.describe());
    });
    return losses;
  }

  private static Entry entry(
      String action,
      String consumer,
      String topic,
      @Nullable String operator,
      @Nullable Map<String, Object> body) {
    return Entry.of(action, "%s on %s".formatted(consumer, topic), "", Fields.of(body), operator);
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
    position.stopped().ifPresent(loss -> report.put("stopped", loss.describe()));
    position.undecided().ifPresent(reason -> report.put("undecided", reason));
    position.withheld().ifPresent(reason -> report.put("withheld", reason));
    return report;
  }
}
