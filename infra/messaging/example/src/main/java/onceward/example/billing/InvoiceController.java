package onceward.example.billing;

import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.util.Optional;
import java.util.UUID;

/** Invoices over HTTP. */
@Controller("/invoices")
@ExecuteOn(TaskExecutors.BLOCKING)
class InvoiceController {

  private final Invoices invoices;

  InvoiceController(Invoices invoices) {
    this.invoices = invoices;
  }

  @Get("/{orderId}")
  Optional<Invoice> find(UUID orderId) {
    return invoices.findByOrderId(orderId);
  }
}
