package onceward.example;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.inject.Inject;
import onceward.messaging.testkit.MessagingTest;
import onceward.messaging.testkit.TestService;
import org.junit.jupiter.api.Test;

@MessagingTest(topics = "order.events")
class OrderTest {

  @Inject TestService service;
  @Inject Shop shop;

  @Test
  void an_order_that_is_placed_and_shipped_is_told_twice() {
    var order = shop.place(1200).id();
    shop.ship(order);

    assertThat(service.outbox())
        .about(order)
        .hasTypes("OrderPlaced", "OrderShipped")
        .hasGaplessVersions();
  }

  @Test
  void an_order_that_has_been_shipped_is_neither_shipped_nor_told_of_again() {
    var order = shop.place(1200).id();
    shop.ship(order);

    assertThat(shop.ship(order).code()).isEqualTo(404);
    assertThat(service.outbox()).about(order).hasTypes("OrderPlaced", "OrderShipped");
  }

  @Test
  void a_message_carries_the_trace_of_the_call_that_brought_it_about() {
    var order = shop.place(1200).id();

    assertThat(service.outbox().about(order).getFirst().context().traceparent())
        .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
  }
}
