package onceward.messaging.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import onceward.messaging.CurrentTransaction;
import onceward.messaging.MessageStoreException;
import onceward.messaging.deadletter.DeadLetterRows.Opened;
import onceward.messaging.deadletter.ParkedKeyRelease.WaitingKey;
import onceward.messaging.key.ConsumedKey;
import onceward.messaging.key.KeyState;
import onceward.messaging.key.KeyState.Flowing;
import onceward.messaging.key.KeyState.Gap;
import onceward.messaging.key.KeyState.NextParked;
import onceward.messaging.key.KeyState.OpenLetter;
import onceward.messaging.key.KeyState.Parked;
import onceward.messaging.key.LastVersion;
import onceward.messaging.subscription.Subscription;
import onceward.messaging.subscription.Versions;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code consumed_key}: the state of each key and the last version handled. Lists and
 * locks rows; {@link ConsumedKey} decides.
 *
 * <p>Every method needs an open transaction. Safe for use by many threads.
 */
@Singleton
@Requires(bean = CurrentTransaction.class)
public final class ConsumedKeyRows {

  private static final String READ =
      """
      select key, version, parked_at is not null, gap_before from consumed_key
      where consumer = ? and topic = ? and messaging_key_digest(key) = any (?)
      """;

  private static final String LOCK = READ + " order by key for update";

  // In the order of the keys, so that two transactions cannot wait for each other.
  private static final String ADVANCE =
      """
      insert into consumed_key (consumer, topic, key, version)
      select ?, ?, k, v from unnest(?, ?) as advanced (k, v) order by k
      on conflict (consumer, topic, messaging_key_digest(key)) do update set version = excluded.version
      where consumed_key.version is null or consumed_key.version < excluded.version
      """;

  private static final String PARK =
      """
      insert into consumed_key (consumer, topic, key, parked_at, gap_before)
      values (?, ?, ?, now(), ?)
      on conflict (consumer, topic, messaging_key_digest(key)) do update
      set parked_at = coalesce(consumed_key.parked_at, excluded.parked_at),
          gap_before = excluded.gap_before
      """;

  private static final String LET_FLOW =
      """
      update consumed_key set parked_at = null, gap_before = null
      where consumer = ? and topic = ? and messaging_key_digest(key) = messaging_key_digest(?)
      """;

  private static final String PARKED =
      """
      select consumer, topic, key, parked_at from consumed_key
      where parked_at is not null order by parked_at limit ?
      """;

  private static final String CANDIDATES =
      """
      select waiting.key, waiting.version, true, waiting.gap_before,
             letter.reason,
             letter.version, letter.kafka_partition, letter.kafka_offset, letter.position,
             next.version, next.kafka_partition, next.kafka_offset, next.position,
             waiting.parked_at
      from consumed_key waiting
      left join lateral (
        select reason, version, kafka_partition, kafka_offset, position from dead_letter
        where consumer = waiting.consumer and topic = waiting.topic
          and messaging_key_digest(key) = messaging_key_digest(waiting.key) and state = 'open'
        order by %s limit 1) letter on true
      left join lateral (
        select version, kafka_partition, kafka_offset, position from parked_message
        where consumer = waiting.consumer and topic = waiting.topic
          and messaging_key_digest(key) = messaging_key_digest(waiting.key)
        order by %s limit 1) next on true
      where waiting.consumer = ? and waiting.topic = ? and waiting.parked_at >= ?
        and (waiting.parked_at, waiting.key) > (?, ?)
      order by waiting.parked_at, waiting.key
      """;

  private static final String CANDIDATES_BY_ARRIVAL =
      CANDIDATES.formatted(DeadLetterRows.BY_ARRIVAL, ParkedMessageRows.BY_ARRIVAL);
  private static final String CANDIDATES_BY_VERSION =
      CANDIDATES.formatted(DeadLetterRows.BY_VERSION, ParkedMessageRows.BY_VERSION);

  /** So many rows at a time come over the connection: there may be many candidates. */
  private static final int FETCH_SIZE = 1_000;

  private final CurrentTransaction transaction;

  ConsumedKeyRows(CurrentTransaction transaction) {
    this.transaction = transaction;
  }

  /**
   * The keys as they are now. Ask after the claim: a transaction that had to wait for another's
   * claim then sees what the other one parked. Rows of keys whose messages wait stay locked until
   * the transaction ends, so that no such key is released meanwhile.
   */
  public Map<String, ConsumedKey> read(Subscription subscription, Collection<String> keys) {
    var read = select(READ, subscription, keys);
    var toLock =
        read.values().stream()
            .filter(key -> !(key.state() instanceof Flowing))
            .map(ConsumedKey::name)
            .toList();
    if (!toLock.isEmpty()) {
      read.putAll(select(LOCK, subscription, toLock));
    }
    for (var key : keys) {
      read.computeIfAbsent(key, unseen -> unknown(subscription, unseen));
    }
    return read;
  }

  /** The key; its row stays locked until the transaction ends. */
  ConsumedKey lock(Subscription subscription, String key) {
    var locked = select(LOCK, subscription, List.of(key)).get(key);
    return locked == null ? unknown(subscription, key) : locked;
  }

  /** Writes the last versions of those of the keys that have advanced. */
  public void advance(Subscription subscription, Collection<ConsumedKey> keys) {
    var advanced = keys.stream().filter(ConsumedKey::hasAdvanced).toList();
    if (advanced.isEmpty()) {
      return;
    }
    var names = advanced.stream().map(ConsumedKey::name).toArray();
    var versions = advanced.stream().map(key -> key.last().version()).toArray();
    run(
        "note the versions handled",
        ADVANCE,
        subscription,
        insert -> {
          insert.setArray(3, insert.getConnection().createArrayOf("text", names));
          insert.setArray(4, insert.getConnection().createArrayOf("bigint", versions));
          return insert.executeUpdate();
        });
  }

  /** Writes the state of the key if the row says something else. */
  void storeIfChanged(Subscription subscription, ConsumedKey stored, ConsumedKey key) {
    if (!stored.state().equals(state(true, gapBefore(key.state())))) {
      store(subscription, key);
    }
  }

  /** Writes the state of the key, and locks its row until the transaction ends. */
  void store(Subscription subscription, ConsumedKey key) {
    if (key.state() instanceof Flowing) {
      letFlow(subscription, key.name());
    } else {
      park(subscription, key.name(), gapBefore(key.state()));
    }
  }

  private static @Nullable Long gapBefore(KeyState state) {
    return state instanceof Gap(long before) ? before : null;
  }

  private void park(Subscription subscription, String key, @Nullable Long gapBefore) {
    run(
        "park a key",
        PARK,
        subscription,
        insert -> {
          insert.setString(3, key);
          insert.setObject(4, gapBefore);
          return insert.executeUpdate();
        });
  }

  private void letFlow(Subscription subscription, String key) {
    run(
        "release a key",
        LET_FLOW,
        subscription,
        update -> {
          update.setString(3, key);
          return update.executeUpdate();
        });
  }

  /**
   * A key whose messages wait.
   *
   * @param next the next message that waits; null if none waits
   */
  record Candidate(ConsumedKey key, @Nullable NextParked next) {}

  /**
   * The first of the keys whose messages wait and that are wanted, longest wait first.
   *
   * @param after the key behind which to begin; null to begin with the first
   */
  List<WaitingKey> waiting(
      Subscription subscription,
      Predicate<Candidate> wanted,
      @Nullable WaitingKey after,
      int limit) {
    var from = after == null ? OffsetDateTime.MIN : after.parkedAt().atOffset(ZoneOffset.UTC);
    var byArrival = subscription.versions() == Versions.UNCHECKED;
    return run(
        "list the keys that wait",
        byArrival ? CANDIDATES_BY_ARRIVAL : CANDIDATES_BY_VERSION,
        subscription,
        select -> {
          select.setFetchSize(FETCH_SIZE);
          select.setObject(3, from);
          select.setObject(4, from);
          select.setString(5, after == null ? "" : after.name());
          var rows = select.executeQuery();
          var keys = new ArrayList<WaitingKey>();
          while (keys.size() < limit && rows.next()) {
            var candidate = candidate(subscription, rows);
            if (wanted.test(candidate)) {
              var parkedAt = rows.getObject(14, OffsetDateTime.class).toInstant();
              keys.add(new WaitingKey(candidate.key().name(), parkedAt));
            }
          }
          return keys;
        });
  }

  private static Candidate candidate(Subscription subscription, ResultSet row) throws SQLException {
    var reason = Optional.ofNullable(row.getString(5)).map(Reason::of);
    var version = row.getObject(6, Long.class);
    var key = key(subscription, row).onLetters(reason.map(of -> openLetter(of, version)));
    var next = row.getObject(10, Long.class);
    if (next == null) {
      return new Candidate(key, null);
    }
    var isBefore =
        reason.isPresent() && isBefore(subscription.versions(), place(row, 10), place(row, 6));
    return new Candidate(key, new NextParked(next, isBefore));
  }

  /**
   * Where a message lies, and when it came.
   *
   * @param version null for a record that names none
   * @param position null for a letter of an older version
   */
  private record Place(
      @Nullable Long version, int partition, long offset, @Nullable Long position) {}

  private static Place place(ResultSet row, int first) throws SQLException {
    return new Place(
        row.getObject(first, Long.class),
        row.getInt(first + 1),
        row.getLong(first + 2),
        row.getObject(first + 3, Long.class));
  }

  /** Whether a message that waits came before a letter of its key. */
  static boolean isBefore(
      Subscription subscription, long version, ParkedMessageRows.Parked parked, Opened first) {
    var record = parked.record();
    var letter = first.letter();
    return isBefore(
        subscription.versions(),
        new Place(version, record.partition(), record.offset(), parked.position()),
        new Place(letter.version(), letter.partition(), letter.offset(), first.position()));
  }

  private static boolean isBefore(Versions versions, Place parked, Place letter) {
    var version = parked.version();
    var ofLetter = letter.version();
    if (versions != Versions.UNCHECKED && version != null && ofLetter != null) {
      return version < ofLetter;
    }
    var position = parked.position();
    var positionOfLetter = letter.position();
    if (position != null && positionOfLetter != null) {
      return position < positionOfLetter;
    }
    return parked.partition() == letter.partition() && parked.offset() < letter.offset();
  }

  /** The keys that are parked, longest first, as many as asked for; for whoever looks at them. */
  public List<Map<String, Object>> parked(int limit) {
    try (var select = transaction.connection("list parked keys").prepareStatement(PARKED)) {
      select.setInt(1, limit);
      var rows = select.executeQuery();
      var keys = new ArrayList<Map<String, Object>>();
      while (rows.next()) {
        keys.add(
            Map.of(
                "consumer", rows.getString(1),
                "topic", rows.getString(2),
                "key", rows.getString(3),
                "parkedAt", rows.getObject(4, OffsetDateTime.class).toInstant()));
      }
      return keys;
    } catch (SQLException refused) {
      throw new MessageStoreException("list parked keys", refused);
    }
  }

  private Map<String, ConsumedKey> select(
      String sql, Subscription subscription, Collection<String> keys) {
    return run(
        "read what is known of keys",
        sql,
        subscription,
        select -> {
          var digests = keys.stream().map(ConsumedKeyRows::digest).toArray(byte[][]::new);
          select.setArray(3, select.getConnection().createArrayOf("bytea", digests));
          var rows = select.executeQuery();
          var read = new HashMap<String, ConsumedKey>();
          while (rows.next()) {
            read.put(rows.getString(1), key(subscription, rows));
          }
          return read;
        });
  }

  private static ConsumedKey key(Subscription subscription, ResultSet row) throws SQLException {
    return new ConsumedKey(
        row.getString(1),
        state(row.getBoolean(3), row.getObject(4, Long.class)),
        new LastVersion(subscription.versions(), row.getObject(2, Long.class)));
  }

  /** What the state of a key depends on of its first open letter. */
  static Optional<OpenLetter> openLetter(Optional<Opened> first) {
    return first
        .map(Opened::letter)
        .map(letter -> openLetter(letter.failure().reason(), letter.version()));
  }

  private static OpenLetter openLetter(Reason reason, @Nullable Long version) {
    return new OpenLetter(reason == Reason.VERSION_GAP, version);
  }

  /** A row does not say whether the letter is still open; an arrival waits either way. */
  private static KeyState state(boolean waits, @Nullable Long gapBefore) {
    if (!waits) {
      return new Flowing();
    }
    return gapBefore == null ? new Parked() : new Gap(gapBefore);
  }

  /** As the function of this name in the database: a key may be too long for an index. */
  private static byte[] digest(String key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException everyPlatformHasIt) {
      throw new IllegalStateException(everyPlatformHasIt);
    }
  }

  private static ConsumedKey unknown(Subscription subscription, String key) {
    return new ConsumedKey(key, new Flowing(), new LastVersion(subscription.versions(), null));
  }

  private interface Statement<T> {
    T run(PreparedStatement statement) throws SQLException;
  }

  private <T> T run(String attempted, String sql, Subscription subscription, Statement<T> work) {
    try (var statement = transaction.connection(attempted).prepareStatement(sql)) {
      statement.setString(1, subscription.consumer());
      statement.setString(2, subscription.topic());
      return work.run(statement);
    } catch (SQLException refused) {
      throw new MessageStoreException(attempted + " of " + subscription, refused);
    }
  }
}
