package onceward.messaging.job;

import java.util.Optional;
import java.util.UUID;
import onceward.messaging.Statements;

/**
 * Leases in a table of jobs, which has the columns {@code id}, {@code state}, {@code lease_owner}
 * and {@code lease_until}. Times are the database's. Safe for use by many threads and processes.
 */
public final class LeaseRows implements LeasedWorker.Jobs {

  private final Statements statements;
  private final String take;
  private final String renew;
  private final String letGo;

  /**
   * The jobs of a table that are in one of two states.
   *
   * @param waits the state of a job that no process has taken
   * @param worked the state of a job while a process works on it
   * @param onTake what else is set when a process takes a job, as SQL
   */
  public LeaseRows(
      Statements statements, String table, String waits, String worked, String onTake) {
    this.statements = statements;
    // A process whose work failed waits for the end of its own lease, too: that is its back-off.
    this.take =
        """
        update %1$s set state = '%3$s', %4$s, lease_owner = ?, lease_until = now() + ?::interval
        where id = (select id from %1$s
                    where state in ('%2$s', '%3$s') and (lease_until is null or lease_until < now())
                    order by id limit 1 for update skip locked)
        returning id
        """
            .formatted(table, waits, worked, onTake);
    this.renew =
        """
        update %s set lease_until = now() + ?::interval
        where id = ? and lease_owner = ? and state = '%s'
        """
            .formatted(table, worked);
    this.letGo =
        """
        update %s set lease_owner = null, lease_until = null where lease_owner = ? and state = '%s'
        """
            .formatted(table, worked);
  }

  @Override
  public Optional<UUID> take(UUID owner, String lease) {
    return statements.write(
        "take a job",
        take,
        update -> {
          update.setObject(1, owner);
          update.setString(2, lease);
          var row = update.executeQuery();
          return row.next() ? Optional.of(row.getObject(1, UUID.class)) : Optional.empty();
        });
  }

  @Override
  public boolean renew(UUID job, UUID owner, String lease) {
    return statements.write(
            "renew the lease of a job",
            renew,
            update -> {
              update.setString(1, lease);
              update.setObject(2, job);
              update.setObject(3, owner);
              return update.executeUpdate();
            })
        == 1;
  }

  @Override
  public void letGo(UUID owner) {
    statements.write(
        "let go of a job",
        letGo,
        update -> {
          update.setObject(1, owner);
          return update.executeUpdate();
        });
  }
}
