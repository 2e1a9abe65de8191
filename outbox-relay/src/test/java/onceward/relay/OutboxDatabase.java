package onceward.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.micronaut.context.ApplicationContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import onceward.localstack.postgres.PostgresServer;
import onceward.localstack.postgres.Role;
import onceward.localstack.process.ProcessId;
import onceward.messaging.testkit.TestServers;
import onceward.messaging.testkit.servers.TestPostgres;
import onceward.relay.capture.CaptureMethod;
import onceward.relay.publish.Delivery;
import onceward.relay.republish.RepublishRequests;
import onceward.relay.settings.KafkaConfiguration;
import onceward.relay.settings.PipelineConfiguration;
import onceward.relay.source.DatabaseSettings;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * A database of its own with the outbox, as the migrations that a service runs make it. They run
 * once for each server; every database is a copy of that one, with a slot of its own.
 */
public final class OutboxDatabase implements AutoCloseable {

  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final int BATCH_MAX = 512;
  private static final Duration SLOT_FREE_WITHIN = Duration.ofSeconds(30);
  private static final String SLOT_IN_USE = "55006";
  private static final String NO_SUCH_OBJECT = "42704";
  private static final int SCRIPT_ATTEMPTS_MAX = 5;
  private static final int ANSWER_SECONDS_MAX = 10;

  /** A new connection to the server each time, which costs more than all else that it does. */
  private static final String CANARY_INTERVAL = "500ms";

  /** What all tests capture by, unless they say what they capture by. */
  private static final String CAPTURE =
      System.getProperty("relay.capture", CaptureMethod.PGOUTPUT.code());

  private static final String RELAY = "relay";
  private static final Path SHARDS = Path.of("shards.sql");
  private static final String INSERT =
      """
      insert into outbox (aggregatetype, aggregateid, aggregateversion, type, payload)
      values (?, ?, ?, ?, ?) returning id
      """;

  /** The migrated database of which all are copies; its roles are those of all. */
  private static final String TEMPLATE = "shop";

  private static final String SERVICE = TEMPLATE + "_service";
  private static final String MIGRATOR = TEMPLATE + "_migrator";
  private static final Set<TestPostgres> MIGRATED = new HashSet<>();

  /** Those with rows that a pipeline goes on with in another cluster. */
  private static final List<String> MOVED_TABLES =
      List.of("outbox", "relay_canary", "relay_parked", "relay_republish");

  private final String name;

  private final TestPostgres server;
  private @Nullable Connection asking;

  private OutboxDatabase(TestPostgres server) {
    this(server, TEMPLATE + "_" + COUNT.incrementAndGet());
  }

  private OutboxDatabase(TestPostgres server, String name) {
    this.server = server;
    this.name = name;
  }

  /** The same database on a server that has taken the place of the other. */
  OutboxDatabase on(PostgresServer successor) {
    return new OutboxDatabase(TestPostgres.of(successor), name);
  }

  public static OutboxDatabase create() {
    return on(TestServers.postgres());
  }

  /** One at a time: nobody may use the template while it is copied. */
  public static synchronized OutboxDatabase on(TestPostgres server) {
    return made(new OutboxDatabase(server));
  }

  private static OutboxDatabase made(OutboxDatabase database) {
    try {
      var server = database.server;
      if (MIGRATED.add(server)) {
        migrateTemplate(server);
      }
      database.copyTemplate();
    } catch (SQLException e) {
      throw new IllegalStateException("cannot make database " + database.name, e);
    }
    return database;
  }

  /**
   * A database of the same name on another server, as a logical copy makes it: with the tables and
   * all rows that are committed by now, and without a slot.
   */
  public OutboxDatabase copyTo(TestPostgres other) throws SQLException, IOException {
    OutboxDatabase copy;
    synchronized (OutboxDatabase.class) {
      copy = made(new OutboxDatabase(other, name));
    }
    copy.dropSlot();
    copyRowsTo(copy);
    return copy;
  }

  /** Replaces the rows there by those here, as a copy does: triggers do not fire. */
  void copyRowsTo(OutboxDatabase copy) throws SQLException, IOException {
    try (var from = server.connect(name);
        var to = copy.server.connect(name)) {
      run(
          to,
          "set session_replication_role = replica",
          "truncate " + String.join(", ", MOVED_TABLES) + " cascade");
      for (var table : MOVED_TABLES) {
        var columns =
            ask(
                "select string_agg(quote_ident(attname), ', ') from pg_attribute where attrelid = '%s'::regclass and attnum > 0 and not attisdropped and attgenerated = ''"
                    .formatted(table));
        var rows = new ByteArrayOutputStream();
        from.unwrap(PGConnection.class)
            .getCopyAPI()
            .copyOut("copy (select %s from %s) to stdout".formatted(columns, table), rows);
        to.unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn(
                "copy %s (%s) from stdin".formatted(table, columns),
                new ByteArrayInputStream(rows.toByteArray()));
      }
      run(
          to,
          "select setval(pg_get_serial_sequence('relay_parked', 'arrival'), (select coalesce(max(arrival), 0) + 1 from relay_parked))");
    }
  }

  /** One whose migrations run in another schema than public. */
  static synchronized OutboxDatabase createIn(String schema) throws SQLException {
    var database = new OutboxDatabase(TestServers.postgres());
    migrate(database.server, database.name, schema, database.slot());
    database.administer(
        "grant usage on schema %1$s to %2$s, relay; alter role %2$s in database %3$s set search_path = %1$s"
            .formatted(schema, SERVICE, database.name));
    return database;
  }

  private static void migrateTemplate(TestPostgres server) throws SQLException {
    migrate(server, TEMPLATE, "public", TEMPLATE);
    try (var connection = server.connect(TEMPLATE)) {
      // It would hold back the log for all, and a copy has none of its template's slots.
      run(connection, "select pg_drop_replication_slot('%s')".formatted(TEMPLATE));
    }
  }

  private static void migrate(TestPostgres server, String name, String schema, String slot) {
    server.createDatabase(
        name, Role.replicating(MIGRATOR), Role.named(SERVICE), Role.replicating(RELAY));
    Flyway.configure()
        .dataSource(server.jdbcUrl(name), MIGRATOR, server.password(MIGRATOR))
        .locations("classpath:onceward/messaging/migration")
        .defaultSchema(schema)
        .placeholders(Map.of("service", SERVICE, "relay", RELAY, "slot", slot))
        .load()
        .migrate();
  }

  /** The slot comes before the rows that name it, as in the migrations. */
  private void copyTemplate() throws SQLException {
    try (var connection = server.connect("postgres")) {
      run(
          connection,
          "create database %s owner %s template %s".formatted(name, MIGRATOR, TEMPLATE),
          "revoke all on database %s from public".formatted(name),
          "grant connect on database %s to %s, %s, %s".formatted(name, MIGRATOR, SERVICE, RELAY));
    }
    try (var connection = server.connect(name)) {
      run(
          connection,
          "select pg_create_logical_replication_slot('%s', 'pgoutput')".formatted(slot()),
          "update outbox_slot set name = '%s'".formatted(slot()),
          "update relay_canary set slot = '%s', publication = relay_publication_state('outbox')"
              .formatted(slot()));
    }
  }

  private static void run(Connection connection, String... statements) throws SQLException {
    try (var sql = connection.createStatement()) {
      for (var statement : statements) {
        sql.execute(statement);
      }
    }
  }

  public String name() {
    return name;
  }

  /** Where JDBC finds it. */
  public String jdbcUrl() {
    return server.jdbcUrl(name);
  }

  /** The password of the superuser {@code postgres}. */
  public String adminPassword() {
    return server.adminPassword();
  }

  String slot() {
    return name + "_outbox";
  }

  /** The properties of a pipeline from here. */
  public Map<String, Object> properties(String pipeline) {
    var prefix = "relay.pipelines." + pipeline + ".";
    var properties = new LinkedHashMap<String, Object>();
    properties.put(prefix + "host", server.host());
    properties.put(prefix + "port", server.port());
    properties.put(prefix + "database", name);
    properties.put(prefix + "username", RELAY);
    properties.put(prefix + "password", server.password(RELAY));
    properties.put(prefix + "slot", slot());
    properties.put(prefix + "source", "/onceward/shop");
    properties.put(prefix + "canary-interval", CANARY_INTERVAL);
    properties.put(prefix + "capture", CAPTURE);
    return properties;
  }

  /** The properties of a pipeline from here, in that mode. */
  Map<String, Object> properties(String pipeline, Delivery delivery) {
    var properties = properties(pipeline);
    properties.put("relay.pipelines." + pipeline + ".delivery", delivery.code());
    return properties;
  }

  /** The parts of a pipeline from here. */
  ConfiguredParts parts() {
    return parts(server.port(), TestServers.kafka().bootstrapServers());
  }

  ConfiguredParts parts(Delivery delivery, int batchMax) {
    return parts(delivery, batchMax, TestServers.kafka().bootstrapServers());
  }

  ConfiguredParts parts(Delivery delivery, int batchMax, String bootstrapServers) {
    return ConfiguredParts.of(
        configuration(server.port(), server.password(RELAY), null, delivery, batchMax),
        0,
        kafka(bootstrapServers));
  }

  /** The parts of a pipeline that captures so, whatever the other tests capture by. */
  ConfiguredParts parts(CaptureMethod capture, int batchMax) {
    return ConfiguredParts.of(
        configuration(
            server.port(),
            server.password(RELAY),
            null,
            Delivery.AT_LEAST_ONCE,
            batchMax,
            capture.code()),
        0,
        kafka(TestServers.kafka().bootstrapServers()));
  }

  /** The same, by way of that port of this machine. */
  ConfiguredParts partsVia(int port) {
    return parts(port, TestServers.kafka().bootstrapServers());
  }

  /** The parts of a pipeline that reaches Kafka at those addresses. */
  ConfiguredParts partsTo(String bootstrapServers) {
    return parts(server.port(), bootstrapServers);
  }

  private ConfiguredParts parts(int port, String bootstrapServers) {
    return ConfiguredParts.of(
        configuration(port, server.password(RELAY), null, Delivery.AT_LEAST_ONCE, BATCH_MAX),
        0,
        kafka(bootstrapServers));
  }

  /** The parts of a pipeline with more properties, of its own and of Kafka. */
  ConfiguredParts parts(Map<String, Object> ofPipeline, Map<String, Object> ofKafka) {
    var properties = new HashMap<>(properties("shop"));
    ofPipeline.forEach((name, value) -> properties.put("relay.pipelines.shop." + name, value));
    properties.put("kafka.bootstrap-servers", TestServers.kafka().bootstrapServers());
    ofKafka.forEach((name, value) -> properties.put("kafka." + name, value));
    try (var context = ApplicationContext.run(properties)) {
      return ConfiguredParts.of(
          context.getBean(PipelineConfiguration.class),
          0,
          context.getBean(KafkaConfiguration.class));
    }
  }

  /** The parts of the pipeline of a shard. */
  ConfiguredParts shard(int number, int shards) {
    var properties = new HashMap<>(properties("shop"));
    properties.put("relay.pipelines.shop.shards", shards);
    properties.put("kafka.bootstrap-servers", TestServers.kafka().bootstrapServers());
    try (var context = ApplicationContext.run(properties)) {
      return ConfiguredParts.of(
          context.getBean(PipelineConfiguration.class),
          number,
          context.getBean(KafkaConfiguration.class));
    }
  }

  /** The parts of a pipeline that reads its password from a file. */
  ConfiguredParts partsWith(Path passwordFile, int port) {
    return ConfiguredParts.of(
        configuration(port, null, passwordFile.toString(), Delivery.AT_LEAST_ONCE, BATCH_MAX),
        0,
        kafka(TestServers.kafka().bootstrapServers()));
  }

  private PipelineConfiguration configuration(
      int port,
      @Nullable String password,
      @Nullable String passwordFile,
      Delivery delivery,
      int batchMax) {
    return configuration(port, password, passwordFile, delivery, batchMax, CAPTURE);
  }

  private PipelineConfiguration configuration(
      int port,
      @Nullable String password,
      @Nullable String passwordFile,
      Delivery delivery,
      int batchMax,
      String capture) {
    return new PipelineConfiguration(
        name,
        server.host(),
        Integer.toString(port),
        name,
        RELAY,
        password,
        passwordFile,
        null,
        null,
        null,
        null,
        "public.outbox",
        "public",
        slot(),
        "outbox",
        "/onceward/shop",
        "{aggregatetype}.events",
        null,
        null,
        CANARY_INTERVAL,
        "100ms",
        "5ms",
        Integer.toString(batchMax),
        "16777216",
        delivery.code(),
        capture,
        "1");
  }

  private static KafkaConfiguration kafka(String bootstrapServers) {
    return new KafkaConfiguration(bootstrapServers, null, "relay.positions", "relay.dead-letters");
  }

  /** Gives the relay's role another password and ends its sessions. */
  void changePassword(String password) throws SQLException {
    administer("alter role %s password '%s'".formatted(RELAY, password));
    administer(
        "select pg_terminate_backend(pid) from pg_stat_activity where usename = '%s' and datname = '%s'"
            .formatted(RELAY, name));
  }

  String relayPassword() {
    return server.password(RELAY);
  }

  /** The server's process that sends the log to whoever holds the slot. */
  ProcessId slotHolder() {
    var pid = ask("select coalesce(active_pid, 0) from pg_replication_slots where " + thisSlot());
    return ProcessId.find(Long.parseLong(pid)).orElseThrow();
  }

  /** How much log the server keeps for the slot. */
  long retainedBytes() {
    return Long.parseLong(
        ask(
            "select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), restart_lsn)::bigint from pg_replication_slots where "
                + thisSlot()));
  }

  public String slotPosition() {
    return ask("select confirmed_flush_lsn from pg_replication_slots where " + thisSlot());
  }

  /** How often the canary was moved. */
  long beats() {
    return Long.parseLong(ask("select sum(beat) from relay_canary"));
  }

  private String thisSlot() {
    return "slot_name = '%s'".formatted(slot());
  }

  /** Of whatever number of shards. */
  private String theseSlots() {
    return "slot_name ~ '^%s(_[0-9]+)?$'".formatted(slot());
  }

  /** Where the outbox is, as the relay sees it. */
  public DatabaseSettings settings() {
    return parts().settings().database();
  }

  /** A connection as the service, in a transaction. */
  public Connection begin() throws SQLException {
    var connection = server.connect(name, SERVICE);
    connection.setAutoCommit(false);
    return connection;
  }

  /** Appends one as superuser, whatever the database is called by now. */
  void appendTo(String database, String aggregateType) throws SQLException {
    try (var connection = server.connect(URLEncoder.encode(database, UTF_8))) {
      append(connection, aggregateType, "a", 1);
    }
  }

  /** Appends in a transaction of its own. */
  public UUID append(String aggregateType, String aggregateId, long version) throws SQLException {
    try (var connection = begin()) {
      var id = append(connection, aggregateType, aggregateId, version);
      connection.commit();
      return id;
    }
  }

  public static UUID append(
      Connection connection, String aggregateType, String aggregateId, long version)
      throws SQLException {
    return append(connection, aggregateType, aggregateId, version, payload(version));
  }

  /** Appends what cannot be compressed to less than that. */
  static UUID appendLarge(
      Connection connection, String aggregateType, String aggregateId, long version, int bytes)
      throws SQLException {
    var random = new byte[bytes];
    ThreadLocalRandom.current().nextBytes(random);
    var payload = "{\"noise\":\"%s\"}".formatted(Base64.getEncoder().encodeToString(random));
    return append(connection, aggregateType, aggregateId, version, payload);
  }

  private static UUID append(
      Connection connection, String aggregateType, String aggregateId, long version, String payload)
      throws SQLException {
    try (var insert = connection.prepareStatement(INSERT)) {
      insert.setString(1, aggregateType);
      insert.setString(2, aggregateId);
      insert.setLong(3, version);
      insert.setString(4, "Moved");
      insert.setString(5, payload);
      try (var rows = insert.executeQuery()) {
        rows.next();
        return rows.getObject(1, UUID.class);
      }
    }
  }

  /** Appends versions of one aggregate, both ends included. */
  static void appendAll(Connection connection, String aggregateType, int first, int last)
      throws SQLException {
    for (int version = first; version <= last; version++) {
      append(connection, aggregateType, "a", version);
    }
  }

  /** Appends by one statement. */
  void appendAtOnce(String aggregateType, String aggregateId, int count) throws SQLException {
    administer(
        "insert into outbox (aggregatetype, aggregateid, aggregateversion, type, payload) select '%s', '%s', version, 'Moved', '{}' from generate_series(1, %d) version"
            .formatted(aggregateType, aggregateId, count));
  }

  static String payload(long version) {
    return "{ \"step\" : %d, \"name\":\"Zoë\" }".formatted(version);
  }

  /** Appends by COPY, in one transaction. */
  public void copy(String aggregateType, String aggregateId, int count)
      throws SQLException, IOException {
    try (var connection = begin()) {
      copy(connection, aggregateType, aggregateId, 0, count);
      connection.commit();
    }
  }

  /**
   * Appends by COPY as no service can: without the trigger, and with ids of its own, so that the
   * server writes whole pages of rows into the log.
   */
  void copyIntoFewLogRecords(String aggregateType, String aggregateId, int count)
      throws SQLException, IOException {
    administer("drop trigger outbox_append_only on outbox");
    var lines = new StringBuilder();
    for (int version = 1; version <= count; version++) {
      lines.append(
          "%s\t%s\t%s\t%d\tMoved\t{}%n"
              .formatted(UUID.randomUUID(), aggregateType, aggregateId, version));
    }
    try (var connection = TestServers.postgres().connect(name)) {
      connection
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyIn(
              "copy outbox (id, aggregatetype, aggregateid, aggregateversion, type, payload) from stdin",
              new ByteArrayInputStream(lines.toString().getBytes(UTF_8)));
    }
  }

  /** Appends the next so many versions by COPY. */
  static void copy(
      Connection connection, String aggregateType, String aggregateId, int after, int count)
      throws SQLException, IOException {
    var lines = new StringBuilder();
    for (int version = after + 1; version <= after + count; version++) {
      lines.append("%s\t%s\t%d\tMoved\t{}%n".formatted(aggregateType, aggregateId, version));
    }
    connection
        .unwrap(PGConnection.class)
        .getCopyAPI()
        .copyIn(
            "copy outbox (aggregatetype, aggregateid, aggregateversion, type, payload) from stdin",
            new ByteArrayInputStream(lines.toString().getBytes(UTF_8)));
  }

  /** The ids of the outbox rows that a condition holds for. */
  public List<UUID> ids(String condition) {
    var ids = ask("select coalesce(string_agg(id::text, ','), '') from outbox where " + condition);
    return ids.isEmpty() ? List.of() : Arrays.stream(ids.split(",")).map(UUID::fromString).toList();
  }

  /**
   * Requests, as an operator does, that messages be published again.
   *
   * @return the number of the request, which is started
   */
  public long requestAgain(List<UUID> messages) {
    var requests = parts().republishRequests();
    var request = requests.create("ada", "the slot was lost").orElseThrow().id();
    for (var first = 0; first < messages.size(); first += RepublishRequests.ADD_MAX) {
      var last = Math.min(messages.size(), first + RepublishRequests.ADD_MAX);
      if (requests.add(request, messages.subList(first, last)).isEmpty()) {
        throw new IllegalStateException("request " + request + " takes no messages");
      }
    }
    if (!requests.change(request, RepublishRequests.Action.START, "ada")) {
      throw new IllegalStateException("request " + request + " cannot be started");
    }
    return request;
  }

  /** Fences the outbox by the command that the relay prints. */
  public void fence() throws SQLException {
    administerAll(parts().moves().makeFence());
  }

  /** Takes the fence away by the command that the relay prints. */
  public void openToAppends() throws SQLException {
    administerAll(parts().moves().dropFence());
  }

  private void administerAll(String command) throws SQLException {
    try (var connection = server.connect(name)) {
      connection.setAutoCommit(false);
      run(connection, PsqlCommand.statements(command).toArray(String[]::new));
      connection.commit();
    }
  }

  /**
   * Changes the number of shards by the script for it, while nobody publishes: what is in the
   * outbox counts as published.
   */
  public void divide(int shards) {
    var script = CompletableFuture.runAsync(() -> changeShardsWhileSlotsMove(shards));
    await()
        .atMost(SLOT_FREE_WITHIN)
        .ignoreExceptionsMatching(OutboxDatabase::isSlotInUse)
        .until(() -> {
          if (!script.isDone()) {
            confirmAll();
          }
          return script.isDone();
        });
    script.join();
  }

  /** A slot that is moved at that moment cannot be dropped. The script goes on where it was. */
  private void changeShardsWhileSlotsMove(int shards) {
    for (var attempt = 1; ; attempt++) {
      try {
        changeShards(shards);
        return;
      } catch (IllegalStateException failed) {
        if (!isSlotInUse(failed) || attempt == SCRIPT_ATTEMPTS_MAX) {
          throw failed;
        }
      }
    }
  }

  private static boolean isSlotInUse(Throwable failed) {
    return failed.getCause() instanceof SQLException cause
        && SLOT_IN_USE.equals(cause.getSQLState());
  }

  private static boolean isSlotGone(Throwable failed) {
    return failed.getCause() instanceof SQLException cause
        && NO_SUCH_OBJECT.equals(cause.getSQLState());
  }

  /** Has the slots confirm all that is in the log, while nobody publishes. */
  void confirmAll() {
    try {
      ask(
          "select count(pg_replication_slot_advance(slot_name, pg_current_wal_insert_lsn())) from pg_replication_slots where not active and "
              + theseSlots());
    } catch (IllegalStateException failed) {
      // Taken or dropped by the script between the list and the move.
      if (!isSlotInUse(failed) && !isSlotGone(failed)) {
        throw failed;
      }
    }
  }

  /** Runs the script that changes the number of shards; returns when it has ended. */
  public void changeShards(int shards) {
    changeShards(shards, 120);
  }

  /** The same, if what is in the outbox is published within so many seconds. */
  void changeShards(int shards, int waitSeconds) {
    try (var connection = server.connect(name)) {
      run(
          connection,
          PsqlScript.statements(
                  SHARDS,
                  Map.of(
                      "table",
                      "public.outbox",
                      "slot",
                      slot(),
                      "shards",
                      Integer.toString(shards),
                      "publication",
                      "outbox",
                      "schema",
                      "public",
                      "wait",
                      Integer.toString(waitSeconds)))
              .toArray(String[]::new));
    } catch (SQLException | IOException e) {
      // With its cause, for a build shows the first sentence only.
      throw new IllegalStateException("cannot change the number of shards: " + e, e);
    }
  }

  /** Runs a statement as superuser. */
  public void administer(String statement) throws SQLException {
    try (var connection = server.connect(name);
        var sql = connection.createStatement()) {
      sql.execute(statement);
    }
  }

  /**
   * One value, asked for as superuser, by a connection that is kept: a new one for each question of
   * a test that waits is most of what the server does.
   */
  public String ask(String query) {
    try {
      return askOnce(query);
    } catch (SQLException e) {
      throw new IllegalStateException(query, e);
    }
  }

  private synchronized String askOnce(String query) throws SQLException {
    var connection = asking;
    if (connection == null || !connection.isValid(ANSWER_SECONDS_MAX)) {
      // The server may have been restarted meanwhile.
      connection = server.connect(name);
      asking = connection;
    }
    try (var sql = connection.createStatement();
        var rows = sql.executeQuery(query)) {
      rows.next();
      return String.valueOf(rows.getString(1));
    }
  }

  /** Of the cluster that the database is in. */
  String systemIdentifier() {
    return ask("select system_identifier from pg_control_system()");
  }

  /** Whether the slot has moved past a position in the log. */
  boolean slotIsPast(String position) {
    return Boolean.parseBoolean(
        ask(
            "select case when confirmed_flush_lsn > '%s' then 'true' else 'false' end from pg_replication_slots where slot_name = '%s'"
                .formatted(position, slot())));
  }

  /** Whether all slots have moved past a position in the log, of whatever number of shards. */
  public boolean slotsArePast(String position) {
    return ask("select bool_and(confirmed_flush_lsn > '%s')::text from pg_replication_slots where %s"
            .formatted(position, theseSlots()))
        .equals("true");
  }

  public String logPosition() {
    return ask("select pg_current_wal_insert_lsn()");
  }

  /** Writes other things than messages until the log is longer than that. */
  void writeUntilPast(String position) throws SQLException {
    administer("create table filler (content text)");
    while (!Boolean.parseBoolean(
        ask(
            "select case when pg_current_wal_insert_lsn() > '%s' then 'true' else 'false' end"
                .formatted(position)))) {
      administer("insert into filler select repeat('x', 1000) from generate_series(1, 1000)");
    }
  }

  public void dropSlot() throws SQLException {
    awaitSlotFree();
    administer("select pg_drop_replication_slot('%s')".formatted(slot()));
  }

  public void makeSlot(String plugin) throws SQLException {
    administer("select pg_create_logical_replication_slot('%s', '%s')".formatted(slot(), plugin));
  }

  /** One from which the server sends transactions when they are prepared. */
  void makeTwoPhaseSlot() throws SQLException {
    administer(
        "select pg_create_logical_replication_slot('%s', 'pgoutput', twophase => true)"
            .formatted(slot()));
  }

  /** Has the slot follow to standbys, as the relay advises. */
  void haveSlotFollow() throws SQLException {
    alterSlot("FAILOVER true");
  }

  /** By the replication protocol: no function alters a slot. */
  void alterSlot(String option) throws SQLException {
    var login = new Properties();
    login.putAll(
        Map.of(
            "user", "postgres",
            "password", server.adminPassword(),
            "replication", "database",
            "preferQueryMode", "simple",
            "assumeMinServerVersion", "10"));
    try (var connection = DriverManager.getConnection(jdbcUrl(), login)) {
      run(connection, "ALTER_REPLICATION_SLOT \"%s\" (%s)".formatted(slot(), option));
    }
  }

  /** The server gives a slot back some time after its reader has hung up. */
  public void awaitSlotFree() {
    await()
        .atMost(SLOT_FREE_WITHIN)
        .until(() ->
            ask("select count(*) from pg_replication_slots where active and " + theseSlots())
                .equals("0"));
  }

  /** Drops the slot, which would hold back the log for all. */
  @Override
  public void close() throws SQLException {
    awaitSlotFree();
    administer(
        "select pg_drop_replication_slot(slot_name) from pg_replication_slots where "
            + theseSlots());
    closeAsking();
  }

  private synchronized void closeAsking() throws SQLException {
    if (asking != null) {
      asking.close();
    }
  }
}
