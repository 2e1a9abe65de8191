package onceward.messaging.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.UUID;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.NewMessage;
import onceward.messaging.outbox.Outbox;
import onceward.messaging.subscription.Subscription;
import org.junit.jupiter.api.Test;

/** Goal: the example of the testkit's README is true. */
@Property(name = "example", value = "shipping")
// example
@MessagingTest(topics = "order.events")
class ShippingTest {

  @Inject TestService service;

  @Test
  void an_order_that_is_placed_is_shipped_once() {
    var order = UUID.randomUUID();
    var placed = message(order, "OrderPlaced");

    service.publish(placed);
    service.publish(placed);

    assertThat(service.inbox("shipping")).eventually(Duration.ofSeconds(20)).handled(placed);
    assertThat(service.outbox())
        .about(order)
        .hasTypes("ParcelSent")
        .hasGaplessVersions()
        .last()
        .isCausedBy(placed)
        .hasField("orderId", order.toString());
  }

  // end

  @Serdeable
  record OrderPlaced(UUID orderId) {}

  @Serdeable
  record ParcelSent(UUID orderId) {}

  @Factory
  @Requires(property = "example", value = "shipping")
  static class Shipping {

    @Singleton
    Subscription orders(Outbox outbox) {
      return Subscription.of("shipping", "order.events")
          .on("OrderPlaced", OrderPlaced.class, (placed, _) -> outbox.append(sent(placed)));
    }

    private static NewMessage sent(OrderPlaced placed) {
      var orderId = placed.orderId();
      return new NewMessage("parcel", orderId.toString(), 1, "ParcelSent", new ParcelSent(orderId));
    }
  }

  private static Message message(UUID order, String type) {
    return new Message(
        TestMessages.newId(),
        "order",
        order.toString(),
        1,
        type,
        "{\"orderId\":\"%s\"}".formatted(order),
        MessageContext.NONE);
  }
}
