package onceward.example;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.client.annotation.Client;
import io.micronaut.serde.annotation.Serdeable;
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

  @Serdeable
  record Placed(UUID id) {}

  @Serdeable
  record Invoice(UUID orderId, long amount, boolean due) {}
}
