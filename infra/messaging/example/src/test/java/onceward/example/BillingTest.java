package onceward.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.inject.Inject;
import java.time.Duration;
import java.util.UUID;
import onceward.example.Shop.Invoice;
import onceward.messaging.Message;
import onceward.messaging.testkit.MessagingTest;
import onceward.messaging.testkit.TestService;
import org.junit.jupiter.api.Test;

@MessagingTest(topics = "order.events")
class BillingTest {

  private static final Duration SOON = Duration.ofSeconds(20);

  @Inject TestService service;
  @Inject Shop shop;
  @Inject Desk desk;

  @Test
  void an_order_has_one_invoice_though_it_is_heard_of_twice() {
    var order = placedAndShipped(1200);
    var placed = told(order, 1);

    service.publish(placed);
    service.publish(placed);
    service.publish(told(order, 2)); // behind both, so that both have been dealt with

    awaitInvoice(new Invoice(order, 1200, true));
    assertThat(desk.deadLetters().about(placed.id())).isEmpty();
  }

  @Test
  void a_shipment_waits_for_the_order_that_it_skipped() {
    var order = placedAndShipped(1200);

    service.publish(told(order, 2));
    assertThat(awaitDeadLetterAbout(told(order, 2)).reason()).isEqualTo("version-gap");
    assertThat(shop.invoice(order)).isNull();

    service.publish(told(order, 1));
    awaitInvoice(new Invoice(order, 1200, true));
  }

  @Test
  void an_order_that_has_no_invoice_is_discarded_and_its_shipment_handled() {
    var order = placedAndShipped(-1);

    service.publish(told(order, 1));
    service.publish(told(order, 2));
    var letter = awaitDeadLetterAbout(told(order, 1));
    assertThat(letter.reason()).isEqualTo("poison");
    assertThat(shop.invoice(order)).isNull();

    desk.discard(letter.id(), "the order has no invoice");
    awaitInvoice(new Invoice(order, 0, true));
    assertThat(desk.deadLetters().about(told(order, 1).id())).isEmpty();
  }

  private UUID placedAndShipped(long price) {
    var order = shop.place(price).id();
    shop.ship(order);
    return order;
  }

  /** What the relay would publish of it, which has no part in this test. */
  private Message told(UUID order, int version) {
    return service.outbox().about(order).get(version - 1);
  }

  private void awaitInvoice(Invoice expected) {
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(shop.invoice(expected.orderId())).isEqualTo(expected));
  }

  private Desk.DeadLetter awaitDeadLetterAbout(Message message) {
    return await()
        .atMost(SOON)
        .until(() -> desk.deadLetters().about(message.id()).orElse(null), letter -> letter != null);
  }
}
