package onceward.example.billing;

import jakarta.inject.Singleton;
import onceward.messaging.Message;
import onceward.messaging.subscription.MessageHandler;

/** Writes the invoice of an order; one that costs less than nothing cannot have any. */
@Singleton
class WriteInvoice implements MessageHandler<PlacedOrder> {

  private final Invoices invoices;

  WriteInvoice(Invoices invoices) {
    this.invoices = invoices;
  }

  @Override
  public void handle(PlacedOrder order, Message message) {
    if (order.price() < 0) {
      throw new IllegalArgumentException("An order of " + order.price() + " cents has no invoice.");
    }
    invoices.write(order.orderId(), order.price());
  }
}
