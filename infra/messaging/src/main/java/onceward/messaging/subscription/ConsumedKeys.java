package onceward.messaging.subscription;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import onceward.messaging.CurrentTransaction;
import onceward.messaging.MessageStoreException;
import org.jspecify.annotations.Nullable;

/**
 * Which keys of a subscription are parked, and how far each has come.
 *
 * <p>Every method belongs to an open transaction. Safe for use by many threads.
 */
@Singleton
@Requires(bean = CurrentTransaction.class)
final class ConsumedKeys {

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

  private static final String RELEASE =
      """
      update consumed_key set parked_at = null, gap_before = null
      where consumer = ? and topic = ? and messaging_key_digest(key) = messaging_key_digest(?)
      """;

  private static final String PARKED =
      """
      select consumer, topic, key, parked_at from consumed_key
      where parked_at is not null order by parked_at limit ?
      """;

  // Not those that rightly wait: there may be many, and they would take the places of others.
  private static final String MAY_FOLLOW =
      """
      select key from consumed_key waiting
      where consumer = ? and topic = ? and parked_at is not null and (
        gap_before <= version + 1
        or gap_before is not null and exists (
          select from parked_message parked
          where parked.consumer = waiting.consumer and parked.topic = waiting.topic
            and messaging_key_digest(parked.key) = messaging_key_digest(waiting.key)
            and parked.version <= waiting.version + 1)
        or not exists (
          select from dead_letter letter
          where letter.consumer = waiting.consumer and letter.topic = waiting.topic
            and messaging_key_digest(letter.key) = messaging_key_digest(waiting.key)
            and letter.state = 'open'))
      order by parked_at limit ?
      """;

  private final CurrentTransaction transaction;

  ConsumedKeys(CurrentTransaction transaction) {
    this.transaction = transaction;
  }

  /**
   * The keys as they are now. Ask after the claim: who had to wait for another's claim then sees
   * what that one parked. Parked keys are held until the transaction ends, so that none of them is
   * released meanwhile.
   */
  Map<String, ConsumedKey> read(Subscription subscription, Collection<String> keys) {
    var read = select(READ, subscription, keys);
    var parked = read.values().stream().filter(ConsumedKey::isParked).map(ConsumedKey::key);
    var toLock = parked.toList();
    if (!toLock.isEmpty()) {
      read.putAll(select(LOCK, subscription, toLock));
    }
    for (var key : keys) {
      read.computeIfAbsent(key, unseen -> unknown(subscription, unseen));
    }
    return read;
  }

  /** The key, held until the transaction ends. */
  ConsumedKey lock(Subscription subscription, String key) {
    var locked = select(LOCK, subscription, List.of(key)).get(key);
    return locked == null ? unknown(subscription, key) : locked;
  }

  /** Notes how far these keys have come. */
  void advance(Subscription subscription, Collection<ConsumedKey> keys) {
    var advanced = keys.stream().filter(ConsumedKey::hasAdvanced).toList();
    if (advanced.isEmpty()) {
      return;
    }
    var names = advanced.stream().map(ConsumedKey::key).toArray();
    var versions = advanced.stream().map(ConsumedKey::version).toArray();
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

  /**
   * Holds back the messages of the key from now on.
   *
   * @param gapBefore the version that came too early; null if the key is parked for another reason
   */
  void park(Subscription subscription, String key, @Nullable Long gapBefore) {
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

  /** Lets the messages of the key flow again. */
  void release(Subscription subscription, String key) {
    run(
        "release a key",
        RELEASE,
        subscription,
        update -> {
          update.setString(3, key);
          return update.executeUpdate();
        });
  }

  /**
   * The parked keys whose next message need not wait: what was missing has come, or no letter is
   * open; longest first, as many as asked for.
   */
  List<String> mayFollow(Subscription subscription, int limit) {
    return run(
        "list the keys that wait",
        MAY_FOLLOW,
        subscription,
        select -> {
          select.setInt(3, limit);
          var rows = select.executeQuery();
          var keys = new ArrayList<String>();
          while (rows.next()) {
            keys.add(rows.getString(1));
          }
          return keys;
        });
  }

  /** The keys that are parked, longest first, as many as asked for; for whoever looks at them. */
  List<Map<String, Object>> parked(int limit) {
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
          var digests = keys.stream().map(ConsumedKeys::digest).toArray(byte[][]::new);
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
        subscription.versions(),
        row.getObject(2, Long.class),
        row.getBoolean(3),
        row.getObject(4, Long.class));
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
    return new ConsumedKey(key, subscription.versions(), null, false, null);
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
