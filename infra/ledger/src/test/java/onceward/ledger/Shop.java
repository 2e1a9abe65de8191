package onceward.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import onceward.ledger.source.DatabaseSettings;
import onceward.ledger.source.LedgerSettings;
import onceward.ledger.source.Progress;
import onceward.ledger.source.Scope;
import onceward.ledger.trace.Journey;
import onceward.ledger.verify.Verdict;
import onceward.localstack.kafka.Topic;
import onceward.localstack.postgres.Role;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.MessageRecords;
import onceward.messaging.testkit.TestServers;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;

/**
 * A service with an outbox and one with an inbox, in one database that all tests share, with a
 * topic of its own; and what a relay and a consumer would have done, so that a test can do one step
 * of it wrongly.
 */
final class Shop implements AutoCloseable {

  static final String DATABASE = "ledger";

  private static final String MIGRATOR = "ledger_migrator";
  private static boolean isMigrated;

  final String aggregateType = "thing-" + UUID.randomUUID();
  final String topic = Message.topicOf(aggregateType);
  final String consumer = "billing-" + UUID.randomUUID();
  final String positions = "positions-" + UUID.randomUUID();
  private final Connection admin;
  private final KafkaProducer<byte[], byte[]> producer;

  Shop() throws SQLException {
    migrate();
    createTopic(topic);
    admin = TestServers.postgres().connect(DATABASE);
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", TestServers.kafka().bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    run("insert into consumed_type (consumer, topic, type) values (?, ?, 'Made')", consumer, topic);
  }

  private static synchronized void migrate() {
    if (isMigrated) {
      return;
    }
    var server = TestServers.postgres();
    server.createDatabase(
        DATABASE,
        Role.replicating(MIGRATOR),
        Role.named("ledger_service"),
        Role.replicating("ledger_relay"));
    Flyway.configure()
        .dataSource(server.jdbcUrl(DATABASE), MIGRATOR, server.password(MIGRATOR))
        .locations("classpath:onceward/messaging/migration")
        .placeholders(
            Map.of("service", "ledger_service", "relay", "ledger_relay", "slot", DATABASE))
        .load()
        .migrate();
    isMigrated = true;
  }

  static void createTopic(String name) {
    TestServers.kafka().createTopics(new Topic(name, 1, 1024 * 1024, Duration.ofDays(1)));
  }

  /** As a service does. */
  Message append(String aggregate, long version) throws SQLException {
    return append(aggregate, version, null);
  }

  Message append(String aggregate, long version, @Nullable UUID cause) throws SQLException {
    var payload = "{\"of\":\"%s\",\"version\":%d}".formatted(aggregate, version);
    try (var insert =
        admin.prepareStatement(
            """
            insert into outbox (aggregatetype, aggregateid, aggregateversion, type, payload, causationid)
            values (?, ?, ?, 'Made', ?, ?) returning id
            """)) {
      insert.setString(1, aggregateType);
      insert.setString(2, aggregate);
      insert.setLong(3, version);
      insert.setString(4, payload);
      insert.setObject(5, cause);
      var row = insert.executeQuery();
      row.next();
      return new Message(
          row.getObject(1, UUID.class),
          aggregateType,
          aggregate,
          version,
          "Made",
          payload,
          new MessageContext(null, cause, null));
    }
  }

  /** As a service did at that time. */
  Message append(Instant time, String aggregate, long version) throws SQLException {
    return append(
        new UUID(time.toEpochMilli() << 16 | 0x7abcL, UUID.randomUUID().getLeastSignificantBits()),
        aggregate,
        version);
  }

  /** With an id of its own. */
  Message append(UUID id, String aggregate, long version) throws SQLException {
    run(
        "insert into outbox (id, aggregatetype, aggregateid, aggregateversion, type, payload) values (?, ?, ?, ?, 'Made', '{}')",
        id,
        aggregateType,
        aggregate,
        version);
    return new Message(id, aggregateType, aggregate, version, "Made", "{}", MessageContext.NONE);
  }

  /** As a relay does. */
  void publish(Message message) throws Exception {
    publish(message, topic);
  }

  void publish(Message message, String toTopic) throws Exception {
    send(MessageRecords.toRecord(message, toTopic, "/shop"));
  }

  /** As a relay did at that time. */
  void publish(Message message, Instant time) throws Exception {
    publish(message, 0, time);
  }

  void publish(Message message, int partition, Instant time) throws Exception {
    var record = MessageRecords.toRecord(message, topic, "/shop");
    send(
        new ProducerRecord<>(
            topic, partition, time.toEpochMilli(), record.key(), record.value(), record.headers()));
  }

  void send(ProducerRecord<byte[], byte[]> record) throws Exception {
    producer.send(record).get();
  }

  /** A transaction in the topic, as another producer begins one and does not end it. */
  Producer<byte[], byte[]> openTransaction() throws Exception {
    var stranger = transactional();
    begin(stranger);
    return stranger;
  }

  /** Transactions that go on until this is closed. */
  interface Transactions extends AutoCloseable {
    @Override
    void close();
  }

  /** Transactions in the topic of which one is open at any time, and each ends soon. */
  Transactions overlapTransactions() throws Exception {
    var one = openTransaction();
    var other = transactional();
    var ended = new AtomicBoolean();
    var done =
        CompletableFuture.runAsync(() -> {
          try (one;
              other) {
            while (!ended.get()) {
              begin(other);
              one.commitTransaction();
              begin(one);
              other.commitTransaction();
            }
            one.commitTransaction();
          } catch (Exception failure) {
            throw new IllegalStateException(failure);
          }
        });
    return () -> {
      ended.set(true);
      done.join();
    };
  }

  private void begin(Producer<byte[], byte[]> producer) throws Exception {
    producer.beginTransaction();
    producer.send(new ProducerRecord<>(topic, new byte[0], new byte[0])).get();
  }

  private static Producer<byte[], byte[]> transactional() {
    var stranger =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                TestServers.kafka().bootstrapServers(),
                "transactional.id",
                UUID.randomUUID().toString()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    stranger.initTransactions();
    return stranger;
  }

  /** As a relay does that has published everything. */
  void confirm() throws SQLException {
    run("select pg_replication_slot_advance(?, pg_current_wal_insert_lsn())", DATABASE);
  }

  /** As a consumer does. */
  void handle(Message message) throws SQLException {
    run("insert into inbox (consumer, message_id) values (?, ?)", consumer, message.id());
  }

  /** As a consumer does when it has gone through all that is in partition 0. */
  void commitOffset(long offset) throws Exception {
    try (var kafka = kafka()) {
      kafka
          .alterConsumerGroupOffsets(
              consumer + "." + topic,
              Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(offset)))
          .all()
          .get();
    }
  }

  /** Says how old records become; {@link #deleteRecords} stands for what Kafka does then. */
  void retain(Duration age) throws Exception {
    var retention = new ConfigEntry(TopicConfig.RETENTION_MS_CONFIG, "" + age.toMillis());
    try (var kafka = kafka()) {
      kafka
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, topic),
                  List.of(new AlterConfigOp(retention, AlterConfigOp.OpType.SET))))
          .all()
          .get();
    }
  }

  /** As retention does. */
  void deleteRecords(long before) throws Exception {
    try (var kafka = kafka()) {
      kafka
          .deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(before)))
          .all()
          .get();
    }
  }

  /** A key that belongs to that partition of so many. */
  static String keyOfPartition(int partition, int partitions) {
    return Stream.generate(() -> UUID.randomUUID().toString())
        .filter(
            key -> Utils.toPositive(Utils.murmur2(key.getBytes(UTF_8))) % partitions == partition)
        .findFirst()
        .orElseThrow();
  }

  /** As an operator does; the producer of this shop does not know of it at once. */
  void addPartitions(int total) throws Exception {
    try (var kafka = kafka()) {
      kafka.createPartitions(Map.of(topic, NewPartitions.increaseTo(total))).all().get();
    }
  }

  /** As the retention marks a day whose rows it drops, in the same transaction. */
  void drop(LocalDate day) throws SQLException {
    run("insert into outbox_day (day, dropped) values (?, now())", day);
  }

  void undoDrop(LocalDate day) throws SQLException {
    run("delete from outbox_day where day = ?", day);
  }

  static void delete(String topic) throws InterruptedException, ExecutionException {
    try (var kafka = kafka()) {
      kafka.deleteTopics(List.of(topic)).all().get();
    }
  }

  /** Appends, publishes and handles. */
  List<Message> flow(String aggregate, int versions) throws Exception {
    var messages = new ArrayList<Message>();
    for (var version = 1; version <= versions; version++) {
      var message = append(aggregate, version);
      publish(message);
      handle(message);
      messages.add(message);
    }
    return messages;
  }

  /** As a relay notes that it has published a message again. Returns the number of the request. */
  long republished(Message message, Instant started) throws SQLException {
    try (var insert =
        admin.prepareStatement(
            """
            insert into relay_republish (slot, operator, state, started_at, ended_at)
            values (?, 'ada', 'DONE', ?, now()) returning id
            """)) {
      insert.setString(1, DATABASE);
      insert.setObject(2, started.atOffset(ZoneOffset.UTC));
      var row = insert.executeQuery();
      row.next();
      run(
          "insert into relay_republished (message_id, request) values (?, ?)",
          message.id(),
          row.getLong(1));
      return row.getLong(1);
    }
  }

  void run(String sql, Object... parameters) throws SQLException {
    try (var statement = admin.prepareStatement(sql)) {
      for (var i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      statement.execute();
    }
  }

  /** Compares this shop's topic, while a relay confirms whatever the log has. */
  Verdict verify() throws Exception {
    return verify(scope(Set.of(topic), Scope.PATIENCE), true);
  }

  Verdict verify(Scope scope, boolean relayRuns) throws Exception {
    return verify(scope, relayRuns, _ -> {});
  }

  Verdict verify(Scope scope, boolean relayRuns, AtWork atWork) throws Exception {
    var ended = new AtomicBoolean();
    var relay = Thread.ofVirtual().unstarted(() -> confirmUntil(ended));
    if (relayRuns) {
      relay.start();
    }
    try {
      return new Ledger(settings()).verify(scope, progress(atWork));
    } finally {
      ended.set(true);
      relay.join();
    }
  }

  /** Does something when the comparison begins a piece of work. */
  interface AtWork {
    void begins(String work) throws Exception;
  }

  /** Compares by what the relay has written down, while a relay confirms whatever the log has. */
  Verdict lookUp(Scope scope) throws Exception {
    return lookUp(scope, _ -> {});
  }

  Verdict lookUp(Scope scope, AtWork atWork) throws Exception {
    var ended = new AtomicBoolean();
    var relay = Thread.ofVirtual().start(() -> confirmUntil(ended));
    try {
      return new Ledger(settings()).lookUp(scope, progress(atWork));
    } finally {
      ended.set(true);
      relay.join();
    }
  }

  private static Progress progress(AtWork atWork) {
    return (work, done, _) -> {
      try {
        if (done == 0) {
          atWork.begins(work);
        }
      } catch (Exception failure) {
        throw new IllegalStateException(failure);
      }
    };
  }

  private void confirmUntil(AtomicBoolean ended) {
    try {
      while (!ended.get()) {
        confirm();
      }
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  static Scope scope(Set<String> topics, Duration patience) {
    return new Scope(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        topics,
        patience,
        20);
  }

  static Scope of(String consumer) {
    var all = scope(Set.of(), Scope.PATIENCE);
    return new Scope(
        all.since(),
        all.until(),
        Optional.of(consumer),
        all.aggregate(),
        all.topics(),
        all.patience(),
        all.examples());
  }

  Scope ofAggregate(String aggregate) {
    var all = scope(Set.of(topic), Scope.PATIENCE);
    return new Scope(
        all.since(),
        all.until(),
        all.consumer(),
        Optional.of(aggregate),
        all.topics(),
        all.patience(),
        all.examples());
  }

  static Scope since(Instant since, String topic) {
    var all = scope(Set.of(topic), Scope.PATIENCE);
    return new Scope(
        Optional.of(since),
        all.until(),
        all.consumer(),
        all.aggregate(),
        all.topics(),
        all.patience(),
        all.examples());
  }

  /** What is known of a message, an aggregate or a trace. */
  List<Journey> trace(Object id) {
    return new Ledger(settings()).trace(id.toString(), Optional.empty());
  }

  LedgerSettings settings() {
    var postgres = TestServers.postgres();
    return new LedgerSettings(
        Map.of("bootstrap.servers", TestServers.kafka().bootstrapServers()),
        List.of(
            DatabaseSettings.of(
                "shop", postgres.jdbcUrl(DATABASE), "postgres", postgres.adminPassword())),
        LedgerSettings.TOPIC_SUFFIX,
        positions);
  }

  static Admin kafka() {
    return Admin.create(Map.of("bootstrap.servers", TestServers.kafka().bootstrapServers()));
  }

  @Override
  public void close() throws SQLException {
    producer.close();
    admin.close();
  }
}
