package onceward.example;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.client.annotation.Client;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The service as its callers see it. */
@Client("/")
interface Shop {

  @Post("/orders")
  Placed place(long price);

  @Post("/orders/{order}/shipment")
  HttpResponse<?> ship(UUID order);

  @Get("/invoices/{order}")
  @Nullable Invoice invoice(UUID order);

  @Get("/dead-letters")
  DeadLetters deadLetters();

  @Post("/dead-letters/{letter}/discard")
  void discard(UUID letter, String reason);

  @Serdeable
  record Placed(UUID id) {}

  @Serdeable
  record Invoice(UUID orderId, long amount, boolean due) {}

  @Serdeable
  record DeadLetters(List<DeadLetter> deadLetters) {

    Optional<DeadLetter> about(UUID messageId) {
      return deadLetters.stream().filter(letter -> letter.messageId().equals(messageId)).findAny();
    }
  }

  /** What the tests read of a letter: its id is not that of its message. */
  @Serdeable
  record DeadLetter(UUID id, UUID messageId, String reason) {}
}
