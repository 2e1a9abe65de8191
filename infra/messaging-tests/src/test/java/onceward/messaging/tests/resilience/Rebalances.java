package onceward.messaging.tests.resilience;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;

/** How often Kafka's clients in this JVM have taken part in a rebalance, as they tell by JMX. */
final class Rebalances {

  private Rebalances() {}

  static double count() throws JMException {
    var beans = ManagementFactory.getPlatformMBeanServer();
    var pattern = new ObjectName("kafka.consumer:type=consumer-coordinator-metrics,client-id=*");
    var total = 0.0;
    for (var client : beans.queryNames(pattern, null)) {
      total += ((Number) beans.getAttribute(client, "rebalance-total")).doubleValue();
    }
    return total;
  }
}
