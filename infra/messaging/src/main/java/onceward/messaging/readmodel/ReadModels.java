package onceward.messaging.readmodel;

import io.micronaut.context.annotation.Requires;
import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import onceward.messaging.CurrentTransaction;
import onceward.messaging.Message;
import onceward.messaging.readmodel.ReadModel.Payloads;
import onceward.messaging.readmodel.ReadModel.Route;
import onceward.messaging.subscription.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * The read models of this service: what writes to which generation.
 *
 * <p>A rebuild loses nothing: a live message is written to the live generation before the rebuild
 * has begun, and then the replay finds the message in the topic; or to both generations afterwards.
 * {@link #begin} waits until every live writer is on one side.
 *
 * <p>Safe for use by many threads and processes.
 */
@Singleton
@Requires(bean = TransactionOperations.class)
public final class ReadModels {

  private final List<ReadModel<?>> models;
  private final ReadModelRows rows;
  private final CurrentTransaction transaction;
  private final TransactionOperations<Connection> transactions;

  /** What the open transaction of the thread has read under the lock that it holds. */
  private final ThreadLocal<@Nullable Map<String, Generations>> held = new ThreadLocal<>();

  ReadModels(
      List<ReadModel<?>> models,
      ReadModelRows rows,
      CurrentTransaction transaction,
      TransactionOperations<Connection> transactions) {
    this.models = List.copyOf(models);
    this.rows = rows;
    this.transaction = transaction;
    this.transactions = transactions;
  }

  /** The subscription that keeps the read model up to date. */
  public <E> Subscription subscription(ReadModel<E> model) {
    // Fails here rather than at the first message if the model has no tables.
    model.generation(1);
    var subscription = Subscription.of(model.consumer(), model.topic());
    for (var route : model.routes().entrySet()) {
      subscription = on(subscription, model, route.getKey(), route.getValue());
    }
    return subscription;
  }

  private <P, E> Subscription on(
      Subscription subscription, ReadModel<E> model, String type, Route<P, E> route) {
    return subscription.on(
        type,
        route.payload(),
        (payload, message) -> write(model, List.of(route.entry().apply(payload, message))));
  }

  private <E> void write(ReadModel<E> model, List<E> entries) throws Exception {
    var generations = heldByTransaction(model.name());
    model.write(model.generation(generations.live()), entries);
    var building = generations.building();
    if (building != null) {
      model.write(model.generation(building), entries);
    }
  }

  private Generations heldByTransaction(String model) {
    var known = held.get();
    if (known == null) {
      known = new HashMap<>();
      // First, so that nothing stays behind on the thread if there is no transaction to end.
      transaction.afterCompletion("write a read model", held::remove);
      held.set(known);
    }
    return known.computeIfAbsent(model, rows::shared);
  }

  /** The read models of this service. */
  public List<ReadModel<?>> all() {
    return models;
  }

  /** The read model that this consumer makes from that topic; empty if it makes none. */
  public Optional<ReadModel<?>> find(String consumer, String topic) {
    return models.stream()
        .filter(model -> model.consumer().equals(consumer) && model.topic().equals(topic))
        .findFirst();
  }

  /** Which generation of the read model answers, and which one is being filled. */
  public Generations generations(ReadModel<?> model) {
    return transactions.executeRead(_ -> rows.read(model.name()));
  }

  /**
   * Empties the other generation and lets live writers write to both, unless this replay has done
   * so before.
   *
   * @param inTransaction runs in the transaction that begins the rebuild: whatever was written
   *     before is in the topic that it sees. Live writers of the model wait for its end, callers do
   *     not
   * @return false if another replay fills the generation
   */
  public boolean begin(ReadModel<?> model, UUID replay, Runnable inTransaction) {
    var emptied = transactions.executeWrite(_ -> empty(model));
    return transactions.executeWrite(_ -> {
      var generations = rows.alone(model.name());
      if (generations.building() != null) {
        return generations.isBuiltBy(replay);
      }
      if (emptied.isEmpty() || generations.other() != emptied.get()) {
        return false;
      }
      inTransaction.run();
      rows.build(model.name(), replay);
      return true;
    });
  }

  /** Empties the other generation, in a transaction of its own because callers wait meanwhile. */
  private Optional<Integer> empty(ReadModel<?> model) {
    var generations = rows.alone(model.name());
    if (generations.building() != null) {
      return Optional.empty();
    }
    rows.empty(model.generation(generations.other()));
    return Optional.of(generations.other());
  }

  /**
   * Writes what the messages say to the generation that the replay fills, in the open transaction.
   *
   * @return how many of the messages say something
   * @throws IllegalStateException if the replay fills none
   */
  public <E> int fill(ReadModel<E> model, UUID replay, List<Message> messages, Payloads payloads)
      throws Exception {
    var building = requireBuiltBy(model, rows.shared(model.name()), replay);
    var entries = model.entries(payloads, messages);
    model.write(model.generation(building), entries);
    return entries.size();
  }

  /**
   * Makes the generation that the replay has filled the live one, and empties the one that was, in
   * the open transaction: what somebody erases later must not stay there.
   *
   * @param end ends the replay, in the same transaction; false if it must not end
   * @return what {@code end} has said
   * @throws IllegalStateException if the replay fills no generation
   */
  public boolean swap(ReadModel<?> model, UUID replay, BooleanSupplier end) {
    var generations = rows.alone(model.name());
    requireBuiltBy(model, generations, replay);
    var isEnded = end.getAsBoolean();
    if (isEnded) {
      rows.swap(model.name());
      rows.empty(model.generation(generations.live()));
    }
    return isEnded;
  }

  /**
   * Gives up and empties what the replay has filled, if it has, in the open transaction.
   *
   * @param end ends the replay, in the same transaction; false if it must not end
   * @return what {@code end} has said
   */
  public boolean abandon(ReadModel<?> model, UUID replay, BooleanSupplier end) {
    // Before the row of the replay, as whoever fills the generation.
    var generations = rows.alone(model.name());
    var isEnded = end.getAsBoolean();
    if (isEnded && generations.isBuiltBy(replay)) {
      rows.abandon(model.name());
      rows.empty(model.generation(generations.other()));
    }
    return isEnded;
  }

  private static int requireBuiltBy(ReadModel<?> model, Generations generations, UUID replay) {
    var building = generations.building();
    if (building == null || !generations.isBuiltBy(replay)) {
      throw new IllegalStateException(
          "replay %s fills no generation of %s any more".formatted(replay, model));
    }
    return building;
  }
}
