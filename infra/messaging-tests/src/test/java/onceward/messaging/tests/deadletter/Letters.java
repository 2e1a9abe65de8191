package onceward.messaging.tests.deadletter;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.util.List;
import onceward.messaging.Message;
import onceward.messaging.deadletter.DeadLetter;
import onceward.messaging.deadletter.DeadLetterOffice;

/** The open dead letters of the service under test. */
@Singleton
@Requires(bean = DeadLetterOffice.class)
class Letters {

  private static final int LETTERS_MAX = 1_000;

  private final DeadLetterOffice office;

  Letters(DeadLetterOffice office) {
    this.office = office;
  }

  List<DeadLetter> all() {
    return office.open(null, LETTERS_MAX);
  }

  List<DeadLetter> of(String consumer, String key) {
    return of(consumer).stream().filter(letter -> key.equals(letter.key())).toList();
  }

  /** Waits until the consumer has made a dead letter of the message. */
  DeadLetter awaitOf(String consumer, Message message) {
    return await()
        .atMost(30, SECONDS)
        .until(
            () ->
                of(consumer).stream()
                    .filter(letter -> message.id().equals(letter.messageId()))
                    .toList(),
            letters -> !letters.isEmpty())
        .getFirst();
  }

  /** So that what one test leaves is not in the way of the next. */
  void discardAll() {
    all().forEach(this::discard);
  }

  /** A consumer may be handling what was missing for the letter at this moment, and closes it. */
  private void discard(DeadLetter letter) {
    try {
      office.discard(letter.id());
    } catch (IllegalArgumentException closedMeanwhile) {
      assertThat(all()).extracting(DeadLetter::id).doesNotContain(letter.id());
    }
  }

  private List<DeadLetter> of(String consumer) {
    return all().stream().filter(letter -> letter.consumer().equals(consumer)).toList();
  }
}
