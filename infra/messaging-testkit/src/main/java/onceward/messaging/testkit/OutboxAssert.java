package onceward.messaging.testkit;

import org.assertj.core.api.AbstractAssert;

/**
 * Assertions about what a service has committed to its outbox:
 *
 * <pre>{@code
 * assertThat(service.outbox()).about(orderId).hasTypes("OrderPlaced", "OrderShipped");
 * assertThat(service.outbox()).isEmptyAbout(otherId);
 * }</pre>
 */
public final class OutboxAssert extends AbstractAssert<OutboxAssert, TestOutbox> {

  OutboxAssert(TestOutbox actual) {
    super(actual, OutboxAssert.class);
  }

  /** The messages about one aggregate. */
  public MessagesAssert about(Object aggregateId) {
    return new MessagesAssert(actual, aggregateId, Patience.NONE);
  }

  /** There is no message about the aggregate. */
  public OutboxAssert isEmptyAbout(Object aggregateId) {
    about(aggregateId).hasTypes();
    return this;
  }
}
