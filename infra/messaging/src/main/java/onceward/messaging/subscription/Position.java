package onceward.messaging.subscription;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where a consumer stands in a partition.
 *
 * @param lag how many records lie ahead; empty until Kafka has told
 * @param heldBack the record it waits for; empty if it flows
 */
record Position(OptionalLong lag, Optional<HeldBack> heldBack) {}
