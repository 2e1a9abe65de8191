package onceward.ledger.source;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** An inbox, and what consumers have set aside. For one thread, as the database is. */
public record Inbox(Database database) {

  private static final String LETTERS =
      """
      select message_id, consumer,
             case state when 'discarded' then 'DISCARDED' when 'archived' then 'ARCHIVED' else 'DEAD_LETTER' end
      from (select message_id, consumer, state from dead_letter
            where message_id is not null and state <> 'handled') letter
      """;

  private static final String PARKED = "select message_id, consumer, 'PARKED' from parked_message";

  /** The claims of all consumers, by id. */
  public void claims(Names names, Scope scope, Ahead.Sink<Claimed> to) throws InterruptedException {
    database.stream(
        "select message_id, consumer from inbox",
        "message_id",
        Optional.empty(),
        scope,
        row ->
            to.accept(new Claimed(row.getObject(1, UUID.class), names.number(row.getString(2)))));
  }

  /** The claims of a time, summed up by hour and consumer. */
  public List<Hours.HourSum> sums(
      Optional<Instant> since, Optional<Instant> until, Hours.DaysDone daysDone) {
    return Hours.sumsByDay(
        database, "inbox", "message_id", List.of("consumer"), since, until, daysDone);
  }

  /** What consumers have set aside of a time and not handled, summed up by hour and consumer. */
  public List<Hours.HourSum> setAsideSums(Optional<Instant> since, Optional<Instant> until) {
    var sums = new ArrayList<Hours.HourSum>();
    if (!database.columns("dead_letter").isEmpty()) {
      sums.addAll(sums("(%s) letter".formatted(LETTERS), since, until));
    }
    if (!database.columns("parked_message").isEmpty()) {
      sums.addAll(sums("parked_message", since, until));
    }
    return sums;
  }

  private List<Hours.HourSum> sums(String from, Optional<Instant> since, Optional<Instant> until) {
    return Hours.sums(database, from, "message_id", List.of("consumer"), since, until);
  }

  /** Dead letters that are not handled, by the ids of their messages. */
  public void deadLetters(Names names, Scope scope, Ahead.Sink<SetAside> to)
      throws InterruptedException {
    setAside("dead_letter", LETTERS, names, scope, to);
  }

  /** What waits behind dead letters, by id. */
  public void parked(Names names, Scope scope, Ahead.Sink<SetAside> to)
      throws InterruptedException {
    setAside("parked_message", PARKED, names, scope, to);
  }

  private void setAside(String table, String sql, Names names, Scope scope, Ahead.Sink<SetAside> to)
      throws InterruptedException {
    if (database.columns(table).isEmpty()) {
      return;
    }
    database.stream(
        sql,
        "message_id",
        Optional.empty(),
        scope,
        row ->
            to.accept(
                new SetAside(
                    row.getObject(1, UUID.class),
                    names.number(row.getString(2)),
                    SetAside.Where.valueOf(row.getString(3)))));
  }
}
