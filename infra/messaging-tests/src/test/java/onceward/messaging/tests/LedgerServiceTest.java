package onceward.messaging.tests;

import jakarta.inject.Inject;
import java.util.List;
import java.util.UUID;
import onceward.messaging.Message;
import onceward.messaging.testkit.MessagingTest;
import onceward.messaging.testkit.TestService;

/**
 * What the tests of the library share: a small service with a ledger, on real PostgreSQL and Kafka.
 */
@MessagingTest(
    name = "ledger",
    topics = {
      "thing.events",
      "parcel.events",
      "letter.events",
      "step.events",
      "mass.events",
      "crowd.events",
      "story.events"
    })
public abstract class LedgerServiceTest {

  @Inject protected TestService service;

  /** The ids of the messages, in their order. */
  protected static List<UUID> ids(List<Message> messages) {
    return messages.stream().map(Message::id).toList();
  }
}
