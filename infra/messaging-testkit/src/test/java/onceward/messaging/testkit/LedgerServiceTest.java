package onceward.messaging.testkit;

import io.micronaut.test.support.TestPropertyProvider;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/**
 * What the tests of the library share: a small service with a ledger, on real PostgreSQL and Kafka.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class LedgerServiceTest implements TestPropertyProvider {

  final TestService service = TestService.create("ledger", "thing.events", "parcel.events");

  @Override
  public Map<String, String> getProperties() {
    return service.properties();
  }

  @AfterAll
  void dropSlot() {
    service.close();
  }
}
