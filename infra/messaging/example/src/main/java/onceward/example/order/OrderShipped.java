package onceward.example.order;

import io.micronaut.serde.annotation.Serdeable;
import java.util.UUID;

/** Payload: the parcel is on its way. */
@Serdeable
record OrderShipped(UUID orderId) {}
