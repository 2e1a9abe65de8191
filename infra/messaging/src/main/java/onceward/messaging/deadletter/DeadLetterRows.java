package onceward.messaging.deadletter;

import static java.util.Objects.requireNonNullElse;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import onceward.messaging.CurrentTransaction;
import onceward.messaging.MessageStoreException;
import onceward.messaging.deadletter.ParkedMessageRows.Parked;
import onceward.messaging.subscription.Subscription;
import onceward.messaging.subscription.Versions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code dead_letter}: the messages that consumers of this service could not handle.
 *
 * <p>Every method needs an open transaction. Safe for use by many threads.
 */
@Singleton
@Requires(bean = CurrentTransaction.class)
public final class DeadLetterRows {

  private static final String ADD =
      """
      with letter as (
        insert into dead_letter
          (%s, reason, exception, exception_class, stack_digest, attempts, stack_trace, position)
        values
          (%s, ?, ?, ?, ?, ?, ?, coalesce(?, nextval('parked_message_position_seq')))
        returning id, attempts, exception, exception_class, stack_digest)
      insert into dead_letter_attempt
        (letter, outcome, attempts, exception, exception_class, stack_digest)
      select id, 'failed', attempts, exception, exception_class, stack_digest from letter
      returning letter
      """
          .formatted(RecordColumns.NAMES, RecordColumns.PLACEHOLDERS);

  private static final String OPEN =
      """
      select * from dead_letter
      where state = 'open' and id > coalesce(?::uuid, '00000000-0000-0000-0000-000000000000')
      order by id limit ?
      """;

  private static final String OLDEST =
      "select failed_at from dead_letter where state = 'open' order by id limit 1";

  private static final String FIND = "select * from dead_letter where id = ? and state = 'open'";

  private static final String LOCK = FIND + " for update";

  private static final String OF_MESSAGE =
      "select * from dead_letter where message_id = ? and state = 'open' order by id limit ?";

  /**
   * In the order in which the consumer was given the messages, where versions are not checked. The
   * offset is not that order: a topic that is created anew, and a log that was cut, count from a
   * lower one again. A message that comes again, or in a replay, comes after all that came before.
   * A letter without a position was written by the version before, while this one replaced it.
   */
  static final String BY_ARRIVAL = "position nulls last, kafka_partition, kafka_offset, id";

  /** By version, not by age: while one waits for its predecessors, one of those may fail itself. */
  static final String BY_VERSION = "version nulls last, " + BY_ARRIVAL;

  private static final String FIRST_OF_KEY =
      """
      select * from dead_letter
      where state = 'open' and consumer = ? and topic = ?
        and messaging_key_digest(key) = messaging_key_digest(?)
      order by %s limit 1 for update
      """;

  private static final String FIRST_BY_VERSION = FIRST_OF_KEY.formatted(BY_VERSION);
  private static final String FIRST_BY_ARRIVAL = FIRST_OF_KEY.formatted(BY_ARRIVAL);

  private static final String FAILED_AGAIN =
      """
      with letter as (
        update dead_letter
        set attempts = attempts + 1, reason = ?, exception = ?, exception_class = ?,
            stack_digest = ?, stack_trace = ?,
            failures_in_row = case when stack_digest = ? then failures_in_row + 1 else 1 end
        where id = ? and state = 'open'
        returning id, exception, exception_class, stack_digest)
      insert into dead_letter_attempt
        (letter, outcome, attempts, exception, exception_class, stack_digest, operator, job, reason)
      select id, 'failed', 1, exception, exception_class, stack_digest, ?, ?, ? from letter
      """;

  private static final String CLOSE =
      """
      with letter as (
        update dead_letter
        set state = ?, closed_at = now(),
            value = case when edited_value is not null then value end,
            header_names = null, header_values = null, stack_trace = null
        where id = ? and state = 'open'
        returning id, state)
      insert into dead_letter_attempt (letter, outcome, attempts, operator, job, reason)
      select id, state, ?, ?, ?, ? from letter
      """;

  private static final String EDIT =
      """
      with letter as (
        update dead_letter set edited_value = ? where id = ? and state = 'open' returning id)
      insert into dead_letter_attempt (letter, outcome, attempts, operator, job, reason)
      select id, 'edited', 0, ?, ?, ? from letter
      """;

  private static final String ADD_PARKED =
      """
      with parked as (
        delete from parked_message
        where position in (
          select position from parked_message
          where consumer = ? and topic = ? and messaging_key_digest(key) = messaging_key_digest(?)
          order by position limit ?)
        returning position, %1$s),
      letter as (
        insert into dead_letter
          (%1$s, reason, exception, exception_class, stack_digest, attempts, position)
        select %1$s, ?, ?, ?, ?, ?, position from parked order by position
        returning id, attempts, exception, exception_class, stack_digest)
      insert into dead_letter_attempt
        (letter, outcome, attempts, exception, exception_class, stack_digest)
      select id, 'failed', attempts, exception, exception_class, stack_digest from letter
      """
          .formatted(RecordColumns.NAMES);

  private final CurrentTransaction transaction;
  private final DeadLetterConfiguration configuration;

  DeadLetterRows(CurrentTransaction transaction, DeadLetterConfiguration configuration) {
    this.transaction = transaction;
    this.configuration = configuration;
  }

  /**
   * A letter and the record it was.
   *
   * @param position its place among the letters and parked messages of its key, by arrival; null if
   *     an older version wrote the letter
   */
  public record Opened(
      DeadLetter letter, ConsumerRecord<byte[], byte[]> record, @Nullable Long position) {}

  /** How a letter was closed. */
  public enum Outcome {
    HANDLED,
    DISCARDED,
    /** The content lies in a file of an operator. */
    ARCHIVED;

    /** As the database and the endpoint spell it. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Adds a letter of a message that comes now, behind all that came before. */
  UUID add(String consumer, ConsumerRecord<byte[], byte[]> record, Failure failure) {
    return add(consumer, record, failure, null);
  }

  /** Adds a letter of a message that was parked, in the place of that message. */
  void add(String consumer, Parked parked, Failure failure) {
    add(consumer, parked.record(), failure, parked.position());
  }

  private UUID add(
      String consumer,
      ConsumerRecord<byte[], byte[]> record,
      Failure failure,
      @Nullable Long position) {
    return run(
        "add a dead letter",
        ADD,
        insert -> {
          RecordColumns.bind(insert, consumer, record);
          insert.setString(RecordColumns.NEXT, failure.reason().text());
          insert.setString(RecordColumns.NEXT + 1, failure.exception());
          insert.setString(RecordColumns.NEXT + 2, failure.exceptionClass());
          insert.setString(RecordColumns.NEXT + 3, failure.stackDigest());
          insert.setInt(RecordColumns.NEXT + 4, failure.attempts());
          insert.setString(RecordColumns.NEXT + 5, kept(failure));
          insert.setObject(RecordColumns.NEXT + 6, position, Types.BIGINT);
          var row = insert.executeQuery();
          row.next();
          return row.getObject(1, UUID.class);
        });
  }

  /**
   * Makes dead letters of the first messages that wait under a key. Needs a transaction that has
   * locked the key.
   *
   * @param max the largest number of messages; the others go on waiting
   * @return how many messages have become letters
   */
  int addParked(Subscription subscription, String key, Failure failure, int max) {
    return run(
        "make dead letters of parked messages",
        ADD_PARKED,
        insert -> {
          insert.setString(1, subscription.consumer());
          insert.setString(2, subscription.topic());
          insert.setString(3, key);
          insert.setInt(4, max);
          insert.setString(5, failure.reason().text());
          insert.setString(6, failure.exception());
          insert.setString(7, failure.exceptionClass());
          insert.setString(8, failure.stackDigest());
          insert.setInt(9, failure.attempts());
          return insert.executeUpdate();
        });
  }

  /**
   * The open letters, oldest first, as many as asked for.
   *
   * @param after those behind this one; null to start with the oldest
   */
  public List<DeadLetter> open(@Nullable UUID after, int limit) {
    return letters("list dead letters", OPEN, after, limit);
  }

  /** Since when the oldest open letter waits; empty if there is none. */
  public Optional<Instant> oldest() {
    return run(
        "look for the oldest dead letter",
        OLDEST,
        select -> {
          var row = select.executeQuery();
          return row.next()
              ? Optional.of(row.getObject(1, OffsetDateTime.class).toInstant())
              : Optional.empty();
        });
  }

  /** The letter; empty if it is not open. */
  public Optional<DeadLetter> find(UUID id) {
    return run(
        "read a dead letter",
        FIND,
        select -> {
          select.setObject(1, id);
          var row = select.executeQuery();
          return row.next() ? Optional.of(letter(row)) : Optional.empty();
        });
  }

  /** The open letters of a message, one for each consumer that has set it aside. */
  public List<DeadLetter> ofMessage(UUID messageId, int limit) {
    return letters("look for the dead letters of a message", OF_MESSAGE, messageId, limit);
  }

  private List<DeadLetter> letters(String attempted, String sql, @Nullable UUID id, int limit) {
    return run(
        attempted,
        sql,
        select -> {
          select.setObject(1, id);
          select.setInt(2, limit);
          return letters(select.executeQuery());
        });
  }

  /** The letter with its record, held until the transaction ends; empty if it is not open. */
  public Optional<Opened> lock(UUID id) {
    return run(
        "read a dead letter",
        LOCK,
        select -> {
          select.setObject(1, id);
          return opened(select.executeQuery());
        });
  }

  /** The first open letter of a key, held until the transaction ends. */
  public Optional<Opened> lockFirst(Subscription subscription, String key) {
    var byArrival = subscription.versions() == Versions.UNCHECKED;
    return run(
        "read a dead letter",
        byArrival ? FIRST_BY_ARRIVAL : FIRST_BY_VERSION,
        select -> {
          select.setString(1, subscription.consumer());
          select.setString(2, subscription.topic());
          select.setString(3, key);
          return opened(select.executeQuery());
        });
  }

  /** Counts one more attempt at an open letter, and writes why the attempt failed. */
  public void failedAgain(UUID id, Failure failure, Actor actor) {
    run(
        "update a dead letter",
        FAILED_AGAIN,
        update -> {
          update.setString(1, failure.reason().text());
          update.setString(2, failure.exception());
          update.setString(3, failure.exceptionClass());
          update.setString(4, failure.stackDigest());
          update.setString(5, kept(failure));
          update.setString(6, failure.stackDigest());
          update.setObject(7, id);
          bind(update, 8, actor);
          return update.executeUpdate();
        });
  }

  private static void bind(PreparedStatement statement, int first, Actor actor)
      throws SQLException {
    statement.setString(first, actor.operator());
    statement.setObject(first + 1, actor.job());
    statement.setString(first + 2, actor.reason());
  }

  private @Nullable String kept(Failure failure) {
    return configuration.keepStackTrace() ? failure.stackTrace() : null;
  }

  /** Puts something in the place of the letter's payload, which stays beside it. */
  void edit(UUID id, byte[] payload, Actor actor) {
    run(
        "edit a dead letter",
        EDIT,
        update -> {
          update.setBytes(1, payload);
          update.setObject(2, id);
          bind(update, 3, actor);
          return update.executeUpdate();
        });
  }

  /**
   * Closes the letter: the fact stays, the content goes. The content of a letter that was edited
   * stays with the edit: nothing else says what this consumer was given.
   */
  public void close(UUID id, Outcome outcome, Actor actor) {
    run(
        "close a dead letter",
        CLOSE,
        update -> {
          update.setString(1, outcome.text());
          update.setObject(2, id);
          update.setInt(3, outcome == Outcome.HANDLED ? 1 : 0);
          bind(update, 4, actor);
          return update.executeUpdate();
        });
  }

  private interface Statement<T> {
    T run(PreparedStatement statement) throws SQLException;
  }

  private <T> T run(String attempted, String sql, Statement<T> work) {
    try (var statement = transaction.connection(attempted).prepareStatement(sql)) {
      return work.run(statement);
    } catch (SQLException refused) {
      throw new MessageStoreException(attempted, refused);
    }
  }

  private static Optional<Opened> opened(ResultSet row) throws SQLException {
    return row.next()
        ? Optional.of(
            new Opened(
                letter(row), RecordColumns.readEdited(row), row.getObject("position", Long.class)))
        : Optional.empty();
  }

  private static List<DeadLetter> letters(ResultSet rows) throws SQLException {
    var letters = new ArrayList<DeadLetter>();
    while (rows.next()) {
      letters.add(letter(rows));
    }
    return letters;
  }

  /** Reads the letter from a row of {@code select *}. */
  static DeadLetter letter(ResultSet row) throws SQLException {
    return new DeadLetter(
        row.getObject("id", UUID.class),
        row.getString("consumer"),
        row.getString("topic"),
        row.getInt("kafka_partition"),
        row.getLong("kafka_offset"),
        row.getString("key"),
        row.getObject("message_id", UUID.class),
        row.getString("type"),
        row.getObject("version", Long.class),
        new Failure(
            Reason.of(row.getString("reason")),
            row.getString("exception"),
            requireNonNullElse(row.getString("exception_class"), row.getString("reason")),
            row.getString("stack_digest"),
            row.getInt("attempts"),
            row.getString("stack_trace")),
        row.getString("group_id"),
        row.getInt("failures_in_row"),
        row.getObject("failed_at", OffsetDateTime.class).toInstant());
  }
}
