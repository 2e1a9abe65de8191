package onceward.messaging.operations;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.exceptions.HttpStatusException;
import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import onceward.management.AdmittedCaller;
import onceward.messaging.Statements;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code operator_audit}: what operators ask, and what comes of it. An entry is written
 * in a transaction of its own before the deed, so that no deed goes without one. Safe for use by
 * many threads and processes.
 */
@Singleton
@Requires(bean = TransactionOperations.class)
public final class Audit {

  private static final int TEXT_MAX = 2_000;

  private static final String BEGIN =
      """
      insert into operator_audit (operator, action, subject, parameters, reason, dry_run, role, address)
      values (?, ?, ?, ?, ?, ?, ?, ?) returning id
      """;

  private static final String END =
      """
      update operator_audit set ended_at = clock_timestamp(), outcome = ?, detail = ? where id = ?
      """;

  private static final String LATEST =
      """
      select * from operator_audit where id < coalesce(?::bigint, 9223372036854775807)
      order by id desc limit ?
      """;

  private final Statements statements;

  Audit(TransactionOperations<Connection> transactions) {
    this.statements = new Statements(transactions);
  }

  /**
   * What an operator asks.
   *
   * @param subject a letter, a job, a replay, or the letters that are chosen, in words
   * @param parameters everything else that matters, in words; no content of a message
   */
  public record Entry(
      String operator,
      String action,
      String subject,
      String parameters,
      @Nullable String reason,
      boolean dryRun) {

    public Entry {
      operator = storable(operator);
      action = storable(action);
      subject = storable(subject);
      parameters = storable(parameters);
      reason = reason == null ? null : storable(reason);
    }

    /** Of a request as it came: one that is refused for its fields is on record as well. */
    public static Entry of(
        String action, String subject, String parameters, Fields fields, @Nullable String header) {
      return new Entry(
          fields.operatorAsGiven(header),
          action,
          subject,
          parameters,
          fields.asGiven("reason"),
          Boolean.TRUE.equals(fields.values().get("dryRun")));
    }
  }

  /**
   * The result of a deed.
   *
   * @param detail what came of it, in words; no content of a message
   */
  public record Deed<T>(T result, String detail) {}

  /**
   * Does the deed between the two halves of its entry. If the second half of a deed that is done
   * cannot be written, the entry says {@code begun}, and the caller gets the failure.
   */
  public <T> T audited(Entry entry, Supplier<Deed<T>> work) {
    var id = begin(entry);
    var deed = attempted(id, work);
    end(id, "done", deed.detail());
    return deed.result();
  }

  private <T> Deed<T> attempted(long id, Supplier<Deed<T>> work) {
    try {
      return work.get();
    } catch (DeedFailedException failed) {
      end(id, "failed", String.valueOf(failed.getMessage()));
      throw failed;
    } catch (HttpStatusException | IllegalArgumentException refused) {
      end(id, "refused", String.valueOf(refused.getMessage()));
      throw refused;
    } catch (RuntimeException failed) {
      end(id, "failed", failed.getClass().getSimpleName());
      throw failed;
    }
  }

  private long begin(Entry entry) {
    return statements.write(
        "begin an entry of the audit",
        BEGIN,
        insert -> {
          insert.setString(1, entry.operator());
          insert.setString(2, entry.action());
          insert.setString(3, entry.subject());
          insert.setString(4, entry.parameters());
          insert.setString(5, entry.reason());
          insert.setBoolean(6, entry.dryRun());
          var caller = AdmittedCaller.current();
          insert.setString(7, caller.map(AdmittedCaller::role).orElse(null));
          insert.setString(8, caller.map(AdmittedCaller::address).orElse(null));
          var row = insert.executeQuery();
          row.next();
          return row.getLong(1);
        });
  }

  private void end(long id, String outcome, String detail) {
    statements.write(
        "end an entry of the audit",
        END,
        update -> {
          update.setString(1, outcome);
          update.setString(2, storable(detail));
          update.setLong(3, id);
          return update.executeUpdate();
        });
  }

  /**
   * The latest entries, newest first.
   *
   * @param before those before this one; null to start with the newest
   */
  public List<Map<String, Object>> latest(@Nullable Long before, int limit) {
    return statements.read(
        "list the audit",
        LATEST,
        select -> {
          select.setObject(1, before);
          select.setInt(2, limit);
          var rows = select.executeQuery();
          var entries = new ArrayList<Map<String, Object>>();
          while (rows.next()) {
            entries.add(report(rows));
          }
          return entries;
        });
  }

  private static Map<String, Object> report(ResultSet row) throws SQLException {
    var report = new LinkedHashMap<String, Object>();
    report.put("id", row.getLong("id"));
    report.put("begunAt", row.getObject("begun_at", OffsetDateTime.class).toInstant());
    var ended = row.getObject("ended_at", OffsetDateTime.class);
    report.put("endedAt", ended == null ? null : ended.toInstant());
    report.put("operator", row.getString("operator"));
    report.put("role", row.getString("role"));
    report.put("address", row.getString("address"));
    report.put("action", row.getString("action"));
    report.put("subject", row.getString("subject"));
    report.put("parameters", row.getString("parameters"));
    report.put("reason", row.getString("reason"));
    report.put("dryRun", row.getBoolean("dry_run"));
    report.put("outcome", row.getString("outcome"));
    report.put("detail", row.getString("detail"));
    report.values().removeIf(value -> value == null);
    return report;
  }

  /** Of bounded length, and without the one character that the database does not take. */
  private static String storable(String text) {
    return text.substring(0, Math.min(text.length(), TEXT_MAX)).replace('\0', '\uFFFD');
  }
}
