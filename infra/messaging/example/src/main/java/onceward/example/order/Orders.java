package onceward.example.order;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The table of orders. */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface Orders extends GenericRepository<Order, UUID> {

  /** Adds an order in its first version. */
  @Query("insert into orders (id, price, version) values (:id, :price, 1)")
  void place(UUID id, long price);

  /** The version after the change; null when there is no such order, or it has been shipped. */
  @Query(
      """
      update orders set shipped = true, version = version + 1
      where id = :id and not shipped
      returning version
      """)
  @Nullable Long ship(UUID id);
}
