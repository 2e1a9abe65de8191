package onceward.messaging.testkit.rules;

import io.micronaut.transaction.TransactionDefinition.Propagation;
import io.micronaut.transaction.TransactionOperations;
import io.micronaut.transaction.annotation.Transactional;
import java.sql.Connection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import onceward.messaging.Message;
import onceward.messaging.NewMessage;
import onceward.messaging.outbox.Outbox;
import onceward.messaging.subscription.MessageHandler;
import onceward.messaging.subscription.Subscription;

/** Code that keeps the rules, in each of the ways there are. */
final class KeepingRules {

  private KeepingRules() {}

  record Placed(UUID orderId, List<Line> lines, Optional<String> hashtag) {}

  record Line(String article, int tokenizedAs) {

    static final String PASSWORD_OF_NOBODY = "none";
  }

  static NewMessage news() {
    return new NewMessage("order", "1", 1, "Placed", "{}");
  }

  static class InTransactionalMethod {

    private final Outbox outbox;

    InTransactionalMethod(Outbox outbox) {
      this.outbox = outbox;
    }

    @Transactional
    void place() {
      outbox.append(news());
    }

    @Transactional
    void placeIfAny(Optional<NewMessage> news) {
      news.ifPresent(some -> outbox.append(some));
      news.ifPresent(outbox::append);
    }

    @Transactional(propagation = Propagation.MANDATORY)
    void placeAlong() {
      placeTwice(1);
    }

    private void placeTwice(int more) {
      placeOnce();
      if (more > 0) {
        placeTwice(more - 1);
      }
    }

    private void placeOnce() {
      outbox.append(news());
    }
  }

  @Transactional
  static class InTransactionalClass {

    private final Outbox outbox;

    InTransactionalClass(Outbox outbox) {
      this.outbox = outbox;
    }

    void place() {
      outbox.append(news());
    }
  }

  static class InHandler implements MessageHandler<Placed> {

    private final Outbox outbox;

    InHandler(Outbox outbox) {
      this.outbox = outbox;
    }

    @Override
    public void handle(Placed placed, Message message) {
      outbox.append(news());
    }
  }

  static class InSubscription {

    private final Outbox outbox;

    InSubscription(Outbox outbox) {
      this.outbox = outbox;
    }

    Subscription orders() {
      return Subscription.of("billing", "order.events")
          .on("Placed", Placed.class, (_, _) -> outbox.append(news()))
          .on("Paid", Placed.class, this::paid);
    }

    private void paid(Placed placed, Message message) {
      outbox.append(news());
    }
  }

  static class InTransactionBegunInCode {

    private final Outbox outbox;
    private final TransactionOperations<Connection> transactions;

    InTransactionBegunInCode(Outbox outbox, TransactionOperations<Connection> transactions) {
      this.outbox = outbox;
      this.transactions = transactions;
    }

    UUID place() {
      return transactions.executeWrite(_ -> outbox.append(news()));
    }
  }
}
