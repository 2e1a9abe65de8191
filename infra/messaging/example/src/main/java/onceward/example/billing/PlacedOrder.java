package onceward.example.billing;

import io.micronaut.serde.annotation.Serdeable;
import java.util.UUID;

/** What billing reads of OrderPlaced; the price is in cents. */
@Serdeable
record PlacedOrder(UUID orderId, long price) {}
