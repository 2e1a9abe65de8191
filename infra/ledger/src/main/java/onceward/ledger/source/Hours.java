package onceward.ledger.source;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Messages summed up by the hour in their ids, as databases do it. */
public final class Hours {

  /** In place of an hour, for ids that have no time. */
  public static final long NONE = -1;

  private static final int SUM_COLUMNS = 4;

  private Hours() {}

  /**
   * The messages of an hour that have something in common.
   *
   * @param hour since 1970; {@link #NONE} for all ids that have no time
   * @param of what they have in common
   */
  public record HourSum(long hour, List<String> of, Sum sum) {}

  /**
   * Sums up a large table with an index of the ids, a day at a time. Ids without a time may be in
   * several sums.
   *
   * @param id the column with the ids
   * @param by the columns that messages of one sum have in common
   * @param since the first, to the millisecond
   * @param until behind the last
   * @param daysDone is told how many days are done, and of how many
   */
  static List<HourSum> sumsByDay(
      Database database,
      String table,
      String id,
      List<String> by,
      Optional<Instant> since,
      Optional<Instant> until,
      DaysDone daysDone) {
    var oldest =
        database.list(
            "find the oldest row of " + table,
            "select %1$s from %2$s order by %1$s limit 1".formatted(id, table),
            List.of(),
            row -> row.getObject(1, UUID.class));
    if (oldest.isEmpty()) {
      return List.of();
    }
    var days = Days.of(since, until, Ids.time(oldest.getFirst()), Instant.now());
    var sums = new ArrayList<HourSum>();
    for (var day : days) {
      daysDone.report(days.indexOf(day), days.size());
      sums.addAll(sums(database, table, id, by, day.since(), day.until()));
    }
    return sums;
  }

  /** Is told how many days are summed up, and of how many. */
  @FunctionalInterface
  public interface DaysDone {
    void report(int done, int total);
  }

  /** Sums up a small table at once. */
  static List<HourSum> sums(
      Database database,
      String table,
      String id,
      List<String> by,
      Optional<Instant> since,
      Optional<Instant> until) {
    var conditions = new ArrayList<String>();
    var parameters = new ArrayList<Object>();
    since.ifPresent(first -> {
      conditions.add(id + " >= ?");
      parameters.add(Ids.lowest(first));
    });
    until.ifPresent(end -> {
      conditions.add(id + " < ?");
      parameters.add(Ids.lowest(end));
    });
    // The first 48 bits of a UUIDv7 are its milliseconds.
    var where = conditions.isEmpty() ? "" : " where " + String.join(" and ", conditions);
    return database.list(
        "sum up " + table,
        """
        select case when substr(hex, 13, 1) = '7' then ('x' || substr(hex, 1, 12))::bit(48)::bigint / 3600000 else -1 end,
               count(*),
               bit_xor(('x' || substr(hex, 1, 16))::bit(64)::bigint),
               bit_xor(('x' || substr(hex, 17, 16))::bit(64)::bigint),
               %3$s
        from (select encode(uuid_send(%2$s), 'hex') as hex, %3$s from %1$s%4$s) message
        group by 1, %3$s
        """
            .formatted(table, id, String.join(", ", by), where),
        parameters,
        row -> {
          var of = new ArrayList<String>();
          for (var i = 0; i < by.size(); i++) {
            of.add(row.getString(SUM_COLUMNS + 1 + i));
          }
          return new HourSum(
              row.getLong(1),
              of,
              new Sum(row.getLong(2), new UUID(row.getLong(3), row.getLong(4))));
        });
  }

  /** When an hour begins. */
  public static Instant start(long hour) {
    return Instant.EPOCH.plus(hour, ChronoUnit.HOURS);
  }

  /** The hour in which a time is. */
  public static long of(Instant time) {
    return Math.floorDiv(time.getEpochSecond(), 3_600L);
  }
}
