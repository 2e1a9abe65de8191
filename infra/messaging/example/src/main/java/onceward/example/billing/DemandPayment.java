package onceward.example.billing;

import jakarta.inject.Singleton;
import onceward.messaging.Message;
import onceward.messaging.subscription.MessageHandler;

/** Makes the invoice of a shipped order due. */
@Singleton
class DemandPayment implements MessageHandler<ShippedOrder> {

  private final Invoices invoices;

  DemandPayment(Invoices invoices) {
    this.invoices = invoices;
  }

  @Override
  public void handle(ShippedOrder order, Message message) {
    invoices.makeDue(order.orderId());
  }
}
