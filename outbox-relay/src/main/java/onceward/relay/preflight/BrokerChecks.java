package onceward.relay.preflight;

import java.util.Optional;
import onceward.relay.publish.Brokers;
import onceward.relay.publish.Delivery;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StopReason;

/** What the brokers must be capable of. */
public final class BrokerChecks {

  /** Since then a late request of one transaction cannot end the next one (KIP-890). */
  private static final int TRANSACTION_VERSION_LEAST = 2;

  private final Brokers brokers;
  private final Delivery delivery;

  public BrokerChecks(Brokers brokers, Delivery delivery) {
    this.brokers = brokers;
    this.delivery = delivery;
  }

  /** What they are not capable of. */
  Optional<Stop> stop() {
    if (delivery != Delivery.EXACTLY_ONCE) {
      return Optional.empty();
    }
    var version = brokers.transactionVersion();
    return version >= TRANSACTION_VERSION_LEAST
        ? Optional.empty()
        : Optional.of(
            new Stop(
                StopReason.KAFKA_UNFIT,
                "Kafka's transaction.version is %d; exactly-once needs %d, before which a late commit may end another transaction"
                    .formatted(version, TRANSACTION_VERSION_LEAST),
                "kafka-features.sh %s upgrade --feature transaction.version=%d"
                    .formatted(brokers.toolArguments(), TRANSACTION_VERSION_LEAST)));
  }
}
