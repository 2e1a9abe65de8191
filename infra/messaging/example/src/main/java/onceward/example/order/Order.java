package onceward.example.order;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.util.UUID;

/** A row of orders; the price is in cents, the version counts the changes that were told. */
@MappedEntity("orders")
record Order(@Id UUID id, long price, long version, boolean shipped) {}
