package onceward.messaging.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import onceward.messaging.subscription.TransientFailureException;
import org.junit.jupiter.api.Test;

class PartitionDeliveryTest {

  /**
   * Goal: while the database is away, a partition costs one wait for a connection and not two: the
   * others of the poll wait for it, and all that time nobody hears of the consumer.
   */
  @Test
  void a_batch_that_fails_for_what_time_may_mend_is_held_back_without_trying_each_message() {
    var asked = new AtomicInteger();
    var partition =
        new Partitions(
                () -> {
                  asked.incrementAndGet();
                  throw new TransientFailureException("away", new IllegalStateException());
                })
            .partition();

    var next = partition.deliver(List.of(Partitions.record(0, 7), Partitions.record(0, 8)));

    assertThat(next).isEqualTo(7);
    assertThat(partition.heldBack())
        .hasValueSatisfying(held -> assertThat(held.offset()).isEqualTo(7));
    assertThat(asked).hasValue(1);
  }
}
