package onceward.example.order;

import io.micronaut.serde.annotation.Serdeable;
import java.util.UUID;

/** Payload: somebody wants to buy. The price is in cents. */
@Serdeable
record OrderPlaced(UUID orderId, long price) {}
