package onceward.example.billing;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.serde.annotation.Serdeable;
import java.util.UUID;

/** A row of invoices; the amount is in cents. */
@MappedEntity("invoices")
@Serdeable
record Invoice(@Id UUID orderId, long amount, boolean due) {}
