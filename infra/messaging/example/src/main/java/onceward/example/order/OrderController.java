package onceward.example.order;

import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Status;
import io.micronaut.http.exceptions.HttpStatusException;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import java.util.UUID;

/** Orders over HTTP. */
@Controller("/orders")
@ExecuteOn(TaskExecutors.BLOCKING)
class OrderController {

  private final OrderDesk desk;

  OrderController(OrderDesk desk) {
    this.desk = desk;
  }

  @Post
  @Status(HttpStatus.CREATED)
  Placed place(@Body Wanted wanted) {
    return new Placed(desk.place(wanted.price()));
  }

  @Post("/{id}/shipment")
  @Status(HttpStatus.NO_CONTENT)
  void ship(UUID id) {
    if (!desk.ship(id)) {
      throw new HttpStatusException(
          HttpStatus.NOT_FOUND, "No order " + id + " waits to be shipped.");
    }
  }

  /** What is asked for; the price is in cents. */
  @Serdeable
  record Wanted(long price) {}

  /** What the order is called from now on. */
  @Serdeable
  record Placed(UUID id) {}
}
