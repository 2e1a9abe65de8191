package onceward.messaging.tests.deadletter;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.deadletter.DeadLetterOffice;
import onceward.messaging.subscription.Subscription;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.tests.BulkPublisher;
import onceward.messaging.tests.Ledger;
import onceward.messaging.tests.LedgerServiceTest;
import org.junit.jupiter.api.Test;

/**
 * Goal: one message that cannot be handled costs those behind it in its key their time, and nobody
 * else anything.
 */
@MicronautTest(transactional = false)
@Property(name = "ledger.poison-among-many", value = "true")
class PoisonAmongManyTest extends LedgerServiceTest {

  private static final String CONSUMER = "crowd-consumer";
  private static final String KEY = "poisoned";
  private static final int OF_THE_KEY = 100;
  private static final int POISON = 30;
  private static final int OTHERS_TO_EACH = 100;
  private static final int OTHER_KEYS = 250;

  @Serdeable
  record Opened() {}

  @Factory
  @Requires(property = "ledger.poison-among-many")
  static class Subscribed {

    static final Set<UUID> POISONOUS = ConcurrentHashMap.newKeySet();

    @Singleton
    Subscription crowd(Ledger ledger) {
      return Subscription.of(CONSUMER, "crowd.events")
          .on(
              "Opened",
              Opened.class,
              (_, message) -> {
                ledger.enter(CONSUMER, message);
                if (POISONOUS.contains(message.id())) {
                  throw new IllegalStateException();
                }
              });
    }
  }

  @Inject Ledger ledger;
  @Inject DeadLetterOffice office;

  private final List<Message> ofTheKey = new ArrayList<>();
  private final List<Message> others = new ArrayList<>();

  @Test
  void ten_thousand_of_other_keys_flow_while_those_behind_the_poison_wait_in_order()
      throws Exception {
    publish();

    var flowing = others.size() + POISON;
    await()
        .atMost(90, SECONDS)
        .untilAsserted(() -> assertThat(ledger.entries(CONSUMER)).hasSize(flowing));
    var behind = OF_THE_KEY - POISON - 1;
    await()
        .atMost(30, SECONDS)
        .untilAsserted(() -> assertThat(service.inbox(CONSUMER).parked(KEY)).isEqualTo(behind));
    assertThat(ledger.entries(CONSUMER))
        .doesNotHaveDuplicates()
        .containsAll(ids(others))
        .containsSubsequence(ids(ofTheKey.subList(0, POISON)));

    Subscribed.POISONOUS.clear();
    var letters = office.open(null, 10);
    assertThat(letters).extracting(letter -> letter.messageId()).containsExactly(poison().id());
    assertThat(office.retry(letters.getFirst().id()).released()).isEqualTo(behind);

    assertThat(service.inbox(CONSUMER).parked(KEY)).isZero();
    assertThat(ledger.entries(CONSUMER))
        .hasSize(others.size() + OF_THE_KEY)
        .doesNotHaveDuplicates()
        .containsSubsequence(ids(ofTheKey));
  }

  /** The others lie between those of the key. */
  private void publish() {
    for (var version = 1; version <= OF_THE_KEY; version++) {
      ofTheKey.add(opened(KEY, version));
      for (var other = 0; other < OTHERS_TO_EACH; other++) {
        var index = others.size();
        others.add(opened("key-" + index % OTHER_KEYS, index / OTHER_KEYS + 1));
      }
    }
    Subscribed.POISONOUS.add(poison().id());
    try (var publisher = new BulkPublisher()) {
      for (var index = 0; index < OF_THE_KEY; index++) {
        publisher.publish(ofTheKey.get(index));
        others
            .subList(index * OTHERS_TO_EACH, (index + 1) * OTHERS_TO_EACH)
            .forEach(publisher::publish);
      }
    }
  }

  private Message poison() {
    return ofTheKey.get(POISON);
  }

  private static Message opened(String key, long version) {
    return new Message(
        TestMessages.newId(), "crowd", key, version, "Opened", "{}", MessageContext.NONE);
  }
}
