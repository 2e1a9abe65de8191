package onceward.relay;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import onceward.relay.quarantine.ParkedState;

/** The steps that the rows of {@code relay_parked} take from state to state, as a trigger sees. */
public final class ParkedSteps {

  private static final String TABLE = "create table step (taken text primary key)";

  private static final String FUNCTION =
      """
      create function take_step() returns trigger language plpgsql security definer as $$ begin
        insert into step
        select step(case when tg_op <> 'INSERT' then old.state end, case when tg_op <> 'DELETE' then new.state end)
        where tg_op <> 'UPDATE' or old.state <> new.state on conflict do nothing;
        return null; end $$
      """;

  private static final String NAME =
      """
      create function step(before text, after text) returns text language sql
      return coalesce(before, '(none)') || ' > ' || coalesce(after, '(deleted)')
      """;

  private static final String TRIGGER =
      "create trigger step after insert or update or delete on relay_parked for each row execute function take_step()";

  private final OutboxDatabase database;

  private ParkedSteps(OutboxDatabase database) {
    this.database = database;
  }

  /** Watches the table from now on. */
  static ParkedSteps of(OutboxDatabase database) throws SQLException {
    database.administer(String.join(";\n", TABLE, NAME, FUNCTION, TRIGGER));
    return new ParkedSteps(database);
  }

  /** The steps that were taken, as {@code (none) > WAITING}. */
  Set<String> taken() {
    return Set.of(database.ask("select string_agg(taken, '|') from step").split("\\|"));
  }

  /** All steps that the states allow. */
  public static Set<String> allowed() {
    var allowed = new HashSet<String>();
    ParkedState.FIRST.forEach(state -> allowed.add("(none) > " + state));
    ParkedState.DELETABLE.forEach(state -> allowed.add(state + " > (deleted)"));
    Arrays.stream(ParkedState.values())
        .forEach(state -> state.next().forEach(next -> allowed.add(state + " > " + next)));
    return allowed;
  }
}
