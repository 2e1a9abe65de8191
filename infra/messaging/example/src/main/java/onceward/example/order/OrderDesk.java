package onceward.example.order;

import jakarta.inject.Singleton;
import jakarta.transaction.Transactional;
import java.util.UUID;
import onceward.messaging.NewMessage;
import onceward.messaging.outbox.Outbox;

/** Changes orders, and tells of each change in the transaction that makes it. */
@Singleton
class OrderDesk {

  private final Orders orders;
  private final Outbox outbox;

  OrderDesk(Orders orders, Outbox outbox) {
    this.orders = orders;
    this.outbox = outbox;
  }

  @Transactional
  UUID place(long price) {
    var id = UUID.randomUUID();
    orders.place(id, price);
    tell(id, 1, "OrderPlaced", new OrderPlaced(id, price));
    return id;
  }

  /** False when there is nothing to ship: no such order, or it has been shipped. */
  @Transactional
  boolean ship(UUID id) {
    var version = orders.ship(id);
    if (version == null) {
      return false;
    }
    tell(id, version, "OrderShipped", new OrderShipped(id));
    return true;
  }

  private void tell(UUID order, long version, String type, Object payload) {
    outbox.append(new NewMessage("order", order.toString(), version, type, payload));
  }
}
