package onceward.messaging.deadletter.job;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which open dead letters an operator means: those that fit every criterion that is given.
 * Immutable.
 *
 * @param group as {@link onceward.messaging.deadletter.DeadLetterGroup#id}
 * @param consumer the name of the consumer
 * @param type the type of the message
 * @param exception the class of the exception, by its full or its simple name
 * @param since written at this time or later
 * @param until written before this time
 * @param limit how many at most, oldest first
 */
public record Selection(
    @Nullable String group,
    @Nullable String consumer,
    @Nullable String type,
    @Nullable String exception,
    @Nullable Instant since,
    @Nullable Instant until,
    int limit) {

  /** So many letters fit into one job; a second job takes the others. */
  public static final int LIMIT_MAX = 100_000;

  /** Takes six pairs of parameters, see {@link #bind}. */
  static final String CONDITION =
      """
      state = 'open'
        and (?::text is null or group_id = ?)
        and (?::text is null or consumer = ?)
        and (?::text is null or type = ?)
        and (?::text is null or ? in (exception_class, regexp_replace(exception_class, '^.*[.$]', '')))
        and (?::timestamptz is null or failed_at >= ?)
        and (?::timestamptz is null or failed_at < ?)
      """;

  public Selection {
    if (limit < 1 || limit > LIMIT_MAX) {
      throw new IllegalArgumentException(
          "limit is %d; allowed: 1 to %d".formatted(limit, LIMIT_MAX));
    }
  }

  /** Every open letter. */
  public static Selection all() {
    return new Selection(null, null, null, null, null, null, LIMIT_MAX);
  }

  /** Whether no criterion is given, so that it means every letter. */
  public boolean isAll() {
    return criteria().isEmpty();
  }

  /** Binds the parameters of {@link #CONDITION}, and returns the number of the next parameter. */
  int bind(PreparedStatement statement, int first) throws SQLException {
    var next = first;
    for (var text : new @Nullable String[] {group, consumer, type, exception}) {
      statement.setString(next++, text);
      statement.setString(next++, text);
    }
    for (var time : new @Nullable Instant[] {since, until}) {
      var bound = time == null ? null : time.atOffset(ZoneOffset.UTC);
      statement.setObject(next++, bound);
      statement.setObject(next++, bound);
    }
    return next;
  }

  private Map<String, Object> criteria() {
    var criteria = new LinkedHashMap<String, @Nullable Object>();
    criteria.put("group", group);
    criteria.put("consumer", consumer);
    criteria.put("type", type);
    criteria.put("exception", exception);
    criteria.put("since", since);
    criteria.put("until", until);
    var given = new LinkedHashMap<String, Object>();
    criteria.forEach((name, value) -> {
      if (value != null) {
        given.put(name, value);
      }
    });
    return given;
  }

  /** The criteria in words, e.g. {@code group 1f2e, since 2026-11-28T03:00:00Z, at most 500}. */
  @Override
  public String toString() {
    var words =
        isAll()
            ? "all"
            : criteria().entrySet().stream()
                .map(criterion -> criterion.getKey() + " " + criterion.getValue())
                .collect(Collectors.joining(", "));
    return limit == LIMIT_MAX ? words : words + ", at most " + limit;
  }
}
