package onceward.messaging.testkit.rules;

import io.micronaut.transaction.TransactionDefinition.Propagation;
import io.micronaut.transaction.annotation.Transactional;
import java.util.List;
import java.util.Optional;
import onceward.messaging.Message;
import onceward.messaging.NewMessage;
import onceward.messaging.outbox.Outbox;
import onceward.messaging.subscription.MessageHandler;
import onceward.messaging.subscription.Subscription;
import org.apache.kafka.clients.producer.Producer;

/** Code that breaks the rules, in one way each. */
final class BreakingRules {

  private BreakingRules() {}

  record WithPassword(String loginId, String password) {}

  record WithTokenInside(List<Login> logins) {

    record Login(String APIToken) {}
  }

  record WithHash(String passwordHash) {}

  record SendsPastTheOutbox(Producer<byte[], byte[]> producer) {}

  static class Loose {

    private final Outbox outbox;

    Loose(Outbox outbox) {
      this.outbox = outbox;
    }

    void place(NewMessage news) {
      outbox.append(news);
    }

    void placeIfAny(Optional<NewMessage> news) {
      news.ifPresent(outbox::append);
    }

    @Transactional(propagation = Propagation.SUPPORTS)
    void placePerhaps(NewMessage news) {
      outbox.append(news);
    }
  }

  static class LooseHelper {

    private final Outbox outbox;

    LooseHelper(Outbox outbox) {
      this.outbox = outbox;
    }

    @Transactional
    void place(NewMessage news) {
      append(news);
    }

    void placeLoosely(NewMessage news) {
      append(news);
    }

    private void append(NewMessage news) {
      outbox.append(news);
    }
  }

  static class Audit {

    @Transactional(propagation = Propagation.REQUIRES_NEW)
    void write() {}
  }

  static class LeavesItsTransaction implements MessageHandler<WithHash> {

    private final Audit audit;

    LeavesItsTransaction(Audit audit) {
      this.audit = audit;
    }

    @Override
    public void handle(WithHash payload, Message message) {
      note();
    }

    private void note() {
      audit.write();
    }
  }

  static class SubscribesWhatLeavesItsTransaction {

    private final Audit audit;

    SubscribesWhatLeavesItsTransaction(Audit audit) {
      this.audit = audit;
    }

    Subscription inLambda() {
      return Subscription.of("billing", "order.events")
          .on("Placed", WithHash.class, (_, _) -> audit.write());
    }
  }
}
