package onceward.ledger.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import onceward.messaging.MessageRecords;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The topics of one Kafka, read as a consumer does that sees only what is committed. Joins no
 * group, and commits nothing. For one thread.
 *
 * <p>Every method may fail with a {@link LedgerException}.
 */
public final class Topics implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration SILENCE_MAX = Duration.ofSeconds(60);
  private static final int POLL_RECORDS = 5_000;
  private static final int FETCH_WAIT_MS = 50;
  private static final int BACKOFF_MS = 20;
  private static final int PARTITION_FETCH_BYTES = 4 * 1024 * 1024;

  /** A search looks at one record here and there. Kafka gives a whole batch in any case. */
  private static final int FIND_FETCH_BYTES = 64 * 1024;

  private static final int FIND_POLL_RECORDS = 500;

  /** How far the clocks of a database and of a relay may differ. */
  public static final Duration CLOCKS_DIFFER_MAX = Duration.ofMinutes(5);

  /** Longer than a transaction of a relay takes: after 15 s it ends or the relay begins anew. */
  private static final Duration TRANSACTION_MAX = Duration.ofSeconds(20);

  private static final Duration TRANSACTION_POLL = Duration.ofMillis(100);

  /** Longer than there has been Kafka. */
  private static final Duration FOR_EVER = Duration.ofDays(36_500);

  private final Map<String, String> properties;
  private final KafkaConsumer<byte[], byte[]> consumer;

  private Topics(Map<String, String> properties, KafkaConsumer<byte[], byte[]> consumer) {
    this.properties = properties;
    this.consumer = consumer;
  }

  /**
   * What is in a partition.
   *
   * @param begin the first record that Kafka still has
   * @param from where to begin to read
   * @param end behind the last one that is committed
   */
  public record Range(long begin, long from, long end) {

    /** How many offsets are read; some of them may be no records. */
    public long length() {
      return Math.max(0, end - from);
    }
  }

  /** Takes what is read. */
  public interface Reader {

    /** A message. */
    void published(Published record);

    /** A record that names no message. */
    void unreadable(String topic, String place);

    /** The first record of a partition, and when it was published. */
    void first(TopicPartition partition, Instant published);
  }

  /** Connects at the first question, to read whole topics. */
  public static Topics connect(Map<String, String> properties) {
    return connect(properties, POLL_RECORDS, PARTITION_FETCH_BYTES);
  }

  /** Connects at the first question, to look for single records. */
  public static Topics connectToFind(Map<String, String> properties) {
    return connect(properties, FIND_POLL_RECORDS, FIND_FETCH_BYTES);
  }

  private static Topics connect(Map<String, String> properties, int pollRecords, int fetchBytes) {
    var settings = new HashMap<String, Object>(properties);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, pollRecords);
    settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, fetchBytes);
    // Closing waits for the answer to what was asked for last; by default that takes 500 ms.
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MS);
    // Each topic that is asked about for the first time waits so long for what Kafka says of it.
    settings.put(ConsumerConfig.RETRY_BACKOFF_MS_CONFIG, BACKOFF_MS);
    settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
    var bytes = new ByteArrayDeserializer();
    try {
      return new Topics(properties, new KafkaConsumer<>(settings, bytes, bytes));
    } catch (KafkaException refused) {
      throw failure("be asked", refused);
    }
  }

  /** The topics whose names are meant, with their numbers of partitions. */
  public Map<String, Integer> named(Predicate<String> meant) {
    return ask(
        "list its topics",
        () -> {
          var found = new TreeMap<String, Integer>();
          for (Map.Entry<String, List<PartitionInfo>> topic : consumer.listTopics().entrySet()) {
            if (meant.test(topic.getKey())) {
              found.put(topic.getKey(), topic.getValue().size());
            }
          }
          return found;
        });
  }

  /**
   * What is in these topics now.
   *
   * @param since if given, without records of which the topic's clock says that they are older
   * @param until if given, without those that are not
   */
  public Map<TopicPartition, Range> ranges(
      Map<String, Integer> partitionCounts, Optional<Instant> since, Optional<Instant> until) {
    return ask(
        "say where its topics end",
        () -> {
          var partitions = partitions(partitionCounts);
          var ends = consumer.endOffsets(partitions);
          var begins = consumer.beginningOffsets(partitions);
          var froms =
              since
                  .map(time -> offsetsAt(partitions, time.minus(CLOCKS_DIFFER_MAX)))
                  .orElse(Map.of());
          var tos =
              until
                  .map(time -> offsetsAt(partitions, time.plus(CLOCKS_DIFFER_MAX)))
                  .orElse(Map.of());
          var ranges = new HashMap<TopicPartition, Range>();
          for (var partition : partitions) {
            var begin = begins.getOrDefault(partition, 0L);
            var end =
                Math.min(
                    ends.getOrDefault(partition, 0L), tos.getOrDefault(partition, Long.MAX_VALUE));
            var from = since.isPresent() ? froms.getOrDefault(partition, end) : begin;
            ranges.put(partition, new Range(begin, Math.max(begin, from), end));
          }
          return ranges;
        });
  }

  /**
   * The partitions in which a transaction stays open: what is behind its first record cannot be
   * read, nor does a range reach it that is asked for before it ends.
   *
   * <p>Waits up to 20 s for the transactions that are open now. A relay that publishes exactly once
   * has one open nearly always, and ends each soon: then the ranges reach all that the partition
   * has now.
   */
  public Set<TopicPartition> withheld(Map<String, Integer> partitionCounts)
      throws InterruptedException {
    try (var admin = Admin.create(new HashMap<String, Object>(properties))) {
      var asked = new HashMap<TopicPartition, OffsetSpec>();
      partitions(partitionCounts).forEach(partition -> asked.put(partition, OffsetSpec.latest()));
      // In this order: what is committed between the two answers does not look open.
      var all = ends(admin, asked, IsolationLevel.READ_UNCOMMITTED);
      var until = System.nanoTime() + TRANSACTION_MAX.toNanos();
      while (true) {
        ends(admin, asked, IsolationLevel.READ_COMMITTED)
            .forEach((partition, end) -> {
              var last = all.get(partition);
              if (last == null || end.offset() >= last.offset()) {
                asked.remove(partition);
              }
            });
        if (asked.isEmpty() || System.nanoTime() - until > 0) {
          return Set.copyOf(asked.keySet());
        }
        Thread.sleep(TRANSACTION_POLL);
      }
    } catch (ExecutionException | KafkaException refused) {
      throw failure("say which transactions are open", refused);
    }
  }

  private static Map<TopicPartition, ListOffsetsResultInfo> ends(
      Admin admin, Map<TopicPartition, OffsetSpec> asked, IsolationLevel isolation)
      throws ExecutionException, InterruptedException {
    return admin.listOffsets(asked, new ListOffsetsOptions(isolation)).all().get();
  }

  /** Reads these ranges to their ends. */
  public void read(
      Map<TopicPartition, Range> ranges, Names names, Reader reader, Consumer<Long> progress) {
    ask(
        "be read",
        () -> {
          var open = new HashMap<TopicPartition, Range>(ranges);
          open.values().removeIf(range -> range.length() == 0);
          consumer.assign(open.keySet());
          open.forEach((partition, range) -> consumer.seek(partition, range.from()));
          var conversion = new Conversion(names);
          var done = 0L;
          var lastRecord = System.nanoTime();
          while (!open.isEmpty()) {
            var records = consumer.poll(POLL);
            for (var record : records) {
              var partition = new TopicPartition(record.topic(), record.partition());
              var range = ranges.get(partition);
              if (range != null && record.offset() < range.end()) {
                conversion.convert(record, reader);
                done++;
              }
            }
            pauseFinished(open);
            if (!records.isEmpty()) {
              lastRecord = System.nanoTime();
            }
            throwIfSilent(lastRecord, open.keySet());
            progress.accept(done);
          }
          return done;
        });
  }

  /**
   * The records that carry a message, in its topic; looks where records of that time are, and not
   * in all of them.
   *
   * @param key the message's, which says in which partition it is; if that has no record of the
   *     message's time, it may have been added since, and the others are searched as well
   * @param published where no record is of the time when the message was made, it is looked for
   *     around these times, one after the other
   */
  public Searched find(
      UUID id, String key, String topic, int partitions, Supplier<List<Instant>> published) {
    var own = Partitions.of(Partitions.hash(key.getBytes(UTF_8)), partitions);
    return ask(
        "be searched",
        () -> {
          var result = find(id, new TopicPartition(topic, own), published);
          var isToEnd = result.isToEnd();
          if (result.records().isEmpty() && mayBeAddedSince(new TopicPartition(topic, own), id)) {
            for (var other = 0; other < partitions && result.records().isEmpty(); other++) {
              if (other != own) {
                result = find(id, new TopicPartition(topic, other), published);
                isToEnd &= result.isToEnd();
              }
            }
          }
          return new Searched(result.records().stream().map(Topics::found).toList(), isToEnd);
        });
  }

  private Search.Result find(UUID id, TopicPartition partition, Supplier<List<Instant>> published) {
    consumer.assign(List.of(partition));
    var end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
    var search = new Search(consumer, partition, end);
    var result = search.find(id);
    if (result.records().isEmpty() && !result.isToEnd()) {
      for (var time : published.get()) {
        var later = search.find(id, time);
        if (!later.records().isEmpty()) {
          return later;
        }
      }
    }
    return result;
  }

  /** Whether a partition has all it ever had, and nothing from before that message was made. */
  private boolean mayBeAddedSince(TopicPartition partition, UUID id) {
    var made = Ids.time(id);
    var begin = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
    if (made.isEmpty() || begin > 0) {
      return false;
    }
    var first = consumer.offsetsForTimes(Map.of(partition, 0L)).get(partition);
    return first == null || first.timestamp() > made.get().minus(CLOCKS_DIFFER_MAX).toEpochMilli();
  }

  private static Found found(ConsumerRecord<byte[], byte[]> record) {
    return new Found(
        record.topic(),
        record.partition(),
        record.offset(),
        Instant.ofEpochMilli(record.timestamp()));
  }

  /**
   * What a search has found.
   *
   * @param isToEnd whether the partition was read to its end, so that there is no other record
   */
  public record Searched(List<Found> found, boolean isToEnd) {}

  /**
   * A record that was looked for.
   *
   * @param at when it was published, by the relay's clock
   */
  public record Found(String topic, int partition, long offset, Instant at) {}

  /**
   * From when on topics have all records that were published, unless somebody deleted some by hand;
   * those that have all they ever had are missing.
   *
   * <p>Kafka deletes nothing that is younger than the topic's retention. What is gone all the same
   * has not expired. Only where Kafka does not say how a topic is retained, the first record that
   * is left counts, and a topic with an empty partition has none of any time.
   */
  public Map<String, Instant> keptFrom(Map<String, Integer> partitionCounts) {
    return ask(
        "say from when on its topics have records",
        () -> {
          var partitions = partitions(partitionCounts);
          var begins = consumer.beginningOffsets(partitions);
          var deleted =
              partitions.stream().filter(one -> begins.getOrDefault(one, 0L) > 0).toList();
          var firsts = new HashMap<TopicPartition, Long>();
          deleted.forEach(partition -> firsts.put(partition, 0L));
          var found = consumer.offsetsForTimes(firsts);
          var kept = new HashMap<String, Instant>();
          for (var partition : deleted) {
            var first = found.get(partition);
            var from =
                first == null
                    ? Instant.MAX
                    : Instant.ofEpochMilli(first.timestamp()).plus(CLOCKS_DIFFER_MAX);
            kept.merge(partition.topic(), from, (one, other) -> one.isAfter(other) ? one : other);
          }
          keeps(kept.keySet())
              .forEach((topic, age) -> {
                var deletedBefore = deletedBefore(age);
                kept.computeIfPresent(
                    topic, (_, first) -> first.isBefore(deletedBefore) ? first : deletedBefore);
              });
          return kept;
        });
  }

  /** Before when Kafka may have deleted the records that it keeps that long at least. */
  public static Instant deletedBefore(Duration keeps) {
    return Instant.now().minus(keeps).plus(CLOCKS_DIFFER_MAX);
  }

  /** How long Kafka keeps records at least, of topics of which it says so. */
  public Map<String, Duration> keeps(Set<String> names) {
    if (names.isEmpty()) {
      return Map.of();
    }
    var keeps = new HashMap<String, Duration>();
    try (var admin = Admin.create(new HashMap<String, Object>(properties))) {
      var resources =
          names.stream().map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name)).toList();
      for (var topic : admin.describeConfigs(resources).values().entrySet()) {
        retention(topic.getValue().get()).ifPresent(age -> keeps.put(topic.getKey().name(), age));
      }
      return keeps;
    } catch (ExecutionException notTold) {
      // A login that may only read the topics.
      return Map.of();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw failure("say how its topics are retained", interrupted);
    }
  }

  /**
   * How old a record is at least that Kafka deletes; empty if it also deletes for other reasons.
   */
  private static Optional<Duration> retention(Config config) {
    var isByAgeAlone =
        config
                .get(TopicConfig.CLEANUP_POLICY_CONFIG)
                .value()
                .equals(TopicConfig.CLEANUP_POLICY_DELETE)
            && config.get(TopicConfig.RETENTION_BYTES_CONFIG).value().equals("-1");
    var millis = Long.parseLong(config.get(TopicConfig.RETENTION_MS_CONFIG).value());
    return isByAgeAlone
        ? Optional.of(
            millis < 0 ? FOR_EVER : Duration.ofMillis(Math.min(millis, FOR_EVER.toMillis())))
        : Optional.empty();
  }

  /** Where topics end now. */
  public Map<TopicPartition, Long> ends(Map<String, Integer> partitionCounts) {
    return ask(
        "say where its topics end",
        () -> Map.copyOf(consumer.endOffsets(partitions(partitionCounts))));
  }

  /**
   * How many offsets topics had between that time and these ends; not fewer than messages that were
   * made since that time and published before the ends.
   */
  public long offsetsBetween(String topic, Instant since, Map<TopicPartition, Long> ends) {
    return ask(
        "say where records of a time are",
        () -> {
          var partitions = ends.keySet().stream().filter(one -> one.topic().equals(topic)).toList();
          var begins = consumer.beginningOffsets(partitions);
          var froms = offsetsAt(partitions, since.minus(CLOCKS_DIFFER_MAX));
          return partitions.stream()
              .mapToLong(partition -> {
                var end = ends.getOrDefault(partition, 0L);
                var from = froms.getOrDefault(partition, end);
                return Math.max(0, end - Math.max(from, begins.getOrDefault(partition, 0L)));
              })
              .sum();
        });
  }

  /** Which topics the names stand for; those that do not exist are missing. */
  public Map<String, String> ids(Collection<String> names) {
    try (var admin = Admin.create(new HashMap<String, Object>(properties))) {
      var ids = new HashMap<String, String>();
      for (var topic : admin.listTopics().listings().get()) {
        if (names.contains(topic.name())) {
          ids.put(topic.name(), topic.topicId().toString());
        }
      }
      return ids;
    } catch (ExecutionException | KafkaException refused) {
      throw failure("say which topics it has", refused);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw failure("say which topics it has", interrupted);
    }
  }

  /** The last value of each key, of a topic of one partition with few keys, such as positions. */
  Map<ByteBuffer, byte[]> latest(String topic) {
    return ask(
        "be read",
        () -> {
          var partition = new TopicPartition(topic, 0);
          consumer.assign(List.of(partition));
          consumer.seekToBeginning(List.of(partition));
          var end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
          var latest = new HashMap<ByteBuffer, byte[]>();
          var lastProgress = System.nanoTime();
          while (consumer.position(partition) < end) {
            var records = consumer.poll(POLL);
            for (var record : records) {
              if (record.key() != null && record.value() != null) {
                latest.put(ByteBuffer.wrap(record.key()), record.value());
              }
            }
            if (!records.isEmpty()) {
              lastProgress = System.nanoTime();
            }
            throwIfSilent(lastProgress, Set.of(partition));
          }
          return latest;
        });
  }

  /** How far these groups have committed, by partition. */
  public Map<String, Map<TopicPartition, Long>> committed(Collection<String> groups) {
    if (groups.isEmpty()) {
      return Map.of();
    }
    var asked = new HashMap<String, ListConsumerGroupOffsetsSpec>();
    groups.forEach(group -> asked.put(group, new ListConsumerGroupOffsetsSpec()));
    try (var admin = Admin.create(new HashMap<String, Object>(properties))) {
      var answers = admin.listConsumerGroupOffsets(asked).all().get();
      var committed = new HashMap<String, Map<TopicPartition, Long>>();
      answers.forEach((group, offsets) -> {
        var known = new HashMap<TopicPartition, Long>();
        offsets.forEach((partition, offset) -> {
          if (offset != null) {
            known.put(partition, offset.offset());
          }
        });
        committed.put(group, known);
      });
      return committed;
    } catch (ExecutionException | KafkaException refused) {
      throw failure("say how far consumers are", refused);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw failure("say how far consumers are", interrupted);
    }
  }

  @Override
  public void close() {
    consumer.close();
  }

  private static List<TopicPartition> partitions(Map<String, Integer> counts) {
    return counts.entrySet().stream()
        .flatMap(topic ->
            IntStream.range(0, topic.getValue())
                .mapToObj(number -> new TopicPartition(topic.getKey(), number)))
        .toList();
  }

  private static void throwIfSilent(long lastRecord, Collection<TopicPartition> left) {
    if (System.nanoTime() - lastRecord > SILENCE_MAX.toNanos()) {
      throw new LedgerException(
          "Kafka has given no record for %d s although some are left in %s: look at its log."
              .formatted(SILENCE_MAX.toSeconds(), left));
    }
  }

  private void pauseFinished(Map<TopicPartition, Range> open) {
    var finished =
        open.entrySet().stream()
            .filter(entry -> consumer.position(entry.getKey()) >= entry.getValue().end())
            .map(Map.Entry::getKey)
            .toList();
    if (!finished.isEmpty()) {
      consumer.pause(finished);
      open.keySet().removeAll(finished);
    }
  }

  private Map<TopicPartition, Long> offsetsAt(Collection<TopicPartition> partitions, Instant time) {
    var times = new HashMap<TopicPartition, Long>();
    var millis = Math.max(0, time.toEpochMilli());
    partitions.forEach(partition -> times.put(partition, millis));
    var offsets = new HashMap<TopicPartition, Long>();
    consumer
        .offsetsForTimes(times)
        .forEach((partition, found) -> {
          if (found != null) {
            offsets.put(partition, found.offset());
          }
        });
    return offsets;
  }

  private interface Question<T> {
    T ask();
  }

  private static <T> T ask(String attempted, Question<T> question) {
    try {
      return question.ask();
    } catch (KafkaException refused) {
      throw failure(attempted, refused);
    }
  }

  private static LedgerException failure(String attempted, Exception cause) {
    return new LedgerException(
        "Kafka cannot %s: %s".formatted(attempted, cause.getMessage()), cause);
  }

  /** Records as entries. Names are looked up by their bytes: they are few, and records many. */
  private static final class Conversion {

    private static final byte[] NOTHING = {};

    private final Names names;
    private final Digest digest = new Digest();
    private final Map<String, Integer> topics = new HashMap<>();
    private final Set<TopicPartition> begun = new HashSet<>();

    Conversion(Names names) {
      this.names = names;
    }

    void convert(ConsumerRecord<byte[], byte[]> record, Reader reader) {
      var partition = new TopicPartition(record.topic(), record.partition());
      if (begun.add(partition)) {
        reader.first(partition, Instant.ofEpochMilli(record.timestamp()));
      }
      var id = MessageRecords.idIn(record);
      if (id.isEmpty()) {
        reader.unreadable(
            record.topic(), record.topic() + "-" + record.partition() + "@" + record.offset());
        return;
      }
      var key = record.key() == null ? NOTHING : record.key();
      reader.published(
          new Published(
              id.get(),
              topics.computeIfAbsent(record.topic(), names::number),
              record.partition(),
              record.offset(),
              MessageRecords.versionIn(record).orElse(0L),
              digest.of(key),
              Partitions.hash(key),
              names.number(MessageRecords.typeIn(record).orElse("")),
              digest.of(record.value() == null ? NOTHING : record.value()),
              record.timestamp()));
    }
  }
}
