package onceward.example.billing;

import io.micronaut.serde.annotation.Serdeable;
import java.util.UUID;

/** What billing reads of OrderShipped. */
@Serdeable
record ShippedOrder(UUID orderId) {}
