package onceward.example.billing;

import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;
import onceward.messaging.subscription.Subscription;
import onceward.messaging.subscription.Versions;

/** What billing hears of orders. */
@Factory
class BillingSubscription {

  @Singleton
  Subscription orderEvents(WriteInvoice writeInvoice, DemandPayment demandPayment) {
    return Subscription.of("billing", "order.events")
        .on("OrderPlaced", PlacedOrder.class, writeInvoice)
        .on("OrderShipped", ShippedOrder.class, demandPayment)
        .versions(Versions.GAPLESS);
  }
}
