package onceward.example.billing;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Optional;
import java.util.UUID;

/** The table of invoices. */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface Invoices extends GenericRepository<Invoice, UUID> {

  /** The invoice of an order, if it has one. */
  Optional<Invoice> findByOrderId(UUID orderId);

  /** Fails when the order has an invoice. */
  @Query("insert into invoices (order_id, amount) values (:orderId, :amount)")
  void write(UUID orderId, long amount);

  /** An order without an invoice gets an empty one, to be filled by hand. */
  @Query(
      """
      insert into invoices (order_id, amount, due) values (:orderId, 0, true)
      on conflict (order_id) do update set due = true
      """)
  void makeDue(UUID orderId);
}
