package onceward.messaging.tests.retention;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.awaitility.Awaitility.await;

import io.micronaut.context.ApplicationContext;
import io.micronaut.transaction.TransactionOperations;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import onceward.messaging.inbox.Claims;
import onceward.messaging.inbox.Inbox;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.testkit.TestService;

/** A service of its own for one test, with ways to let its days pass. */
public final class RetainedService implements AutoCloseable {

  /** What the function in the database answers, line by line. */
  record Finding(String what, String subject, String detail) {}

  private static final String ADDED_SLOT = "retained_second";
  private static final int QUERY_S_MAX = 20;

  static final String SERVICE_ROLE = "retained_service";

  private static final DateTimeFormatter DAY = DateTimeFormatter.BASIC_ISO_DATE;

  final TestService service = TestService.create("retained");
  final ApplicationContext context;

  RetainedService() {
    awaitDayOfTheWholeTest();
    context = startInstance(Map.of("messaging.retention.days-ahead", 1));
  }

  /** Partitions are of the day on which a test begins, and it compares them with the day's. */
  static void awaitDayOfTheWholeTest() {
    await()
        .atMost(2, MINUTES)
        .until(() -> LocalTime.now(ZoneOffset.UTC).isBefore(LocalTime.of(23, 59)));
  }

  /** One more instance of the service. */
  ApplicationContext startInstance(Map<String, Object> settings) {
    var properties = new HashMap<String, Object>(service.properties());
    properties.putAll(settings);
    return ApplicationContext.run(properties);
  }

  /** Runs retention in the service's role. */
  List<Finding> retain(String table, int keepDays, int aheadDays) throws SQLException {
    try (var connection = service.connectAsService()) {
      return retain(connection, table, keepDays, aheadDays);
    }
  }

  static List<Finding> retain(Connection connection, String table, int keepDays, int aheadDays)
      throws SQLException {
    try (var select =
        connection.prepareStatement(
            "select outcome, subject, coalesce(detail, '') from %s_retain(?, ?)"
                .formatted(table))) {
      select.setQueryTimeout(QUERY_S_MAX);
      select.setInt(1, keepDays);
      select.setInt(2, aheadDays);
      var rows = select.executeQuery();
      var findings = new ArrayList<Finding>();
      while (rows.next()) {
        findings.add(new Finding(rows.getString(1), rows.getString(2), rows.getString(3)));
      }
      return findings;
    }
  }

  /** Makes a partition as it would be there if the service had run on that day. */
  void makePartition(String table, int daysFromToday) throws SQLException {
    asOwner(
        "select messaging_make_partition('%s', messaging_today() + %d)"
            .formatted(table, daysFromToday));
  }

  /** Runs a statement as the owner of the tables. */
  void asOwner(String sql) throws SQLException {
    try (var connection = service.connect();
        var statement = connection.createStatement()) {
      statement.execute("set role retained_migrator");
      statement.execute(sql);
    }
  }

  /** Appends a message whose id is of another day, as only the superuser may. */
  static void append(Connection connection, UUID id) throws SQLException {
    try (var insert =
        connection.prepareStatement(
            "insert into outbox (id, aggregatetype, aggregateid, aggregateversion, type, payload) values (?, 'thing', 'a', 1, 'Opened', '{}')")) {
      insert.setObject(1, id);
      insert.executeUpdate();
    }
  }

  void append(int daysFromToday) throws SQLException {
    try (var connection = service.connect()) {
      append(connection, idOf(daysFromToday));
    }
  }

  /** Appends as the service does, and tells where the row lies. */
  String append() throws SQLException {
    try (var connection = service.connectAsService();
        var insert = connection.createStatement()) {
      var row =
          insert.executeQuery(
              "insert into outbox (aggregatetype, aggregateid, aggregateversion, type, payload) values ('thing', 'a', 1, 'Opened', '{}') returning id");
      row.next();
      return text(
          "select tableoid::regclass from outbox where id = '%s'".formatted(row.getString(1)));
    }
  }

  Claims claim(UUID... ids) {
    return transactions().executeWrite(_ -> inbox().claim("consumer", List.of(ids)));
  }

  Inbox inbox() {
    return context.getBean(Inbox.class);
  }

  @SuppressWarnings("unchecked")
  TransactionOperations<Connection> transactions() {
    return context.getBean(TransactionOperations.class);
  }

  /** Lets the relay have confirmed all there is. */
  void confirm() {
    text(
        "select count(pg_replication_slot_advance(name, pg_current_wal_insert_lsn())) from outbox_slot");
  }

  /** Has a second slot publish a part of the outbox; it goes with {@link #dropAddedSlot}. */
  void addSlot() throws SQLException {
    asOwner("insert into outbox_slot values ('%s')".formatted(ADDED_SLOT));
    text("select pg_create_logical_replication_slot('%s', 'pgoutput')".formatted(ADDED_SLOT));
  }

  void dropAddedSlot() {
    text(
        "select count(pg_drop_replication_slot(slot_name)) from pg_replication_slots where slot_name = '%s'"
            .formatted(ADDED_SLOT));
  }

  /** Lets all but the added slot have confirmed all there is. */
  void confirmFirst() {
    text(
        "select pg_replication_slot_advance(name, pg_current_wal_insert_lsn()) from outbox_slot where name <> '%s'"
            .formatted(ADDED_SLOT));
  }

  void dropSlot() {
    text("select pg_drop_replication_slot(name) from outbox_slot");
  }

  void makeSlot() {
    text("select pg_create_logical_replication_slot(name, 'pgoutput') from outbox_slot");
  }

  /** One value, asked for as superuser. */
  String text(String query) {
    try (var connection = service.connect();
        var statement = connection.createStatement()) {
      var row = statement.executeQuery(query);
      row.next();
      return String.valueOf(row.getString(1));
    } catch (SQLException e) {
      throw new IllegalStateException(query, e);
    }
  }

  boolean exists(String table) {
    return text("select to_regclass('%s') is not null".formatted(table)).equals("t");
  }

  public static String partition(String table, int daysFromToday) {
    return table + "_" + LocalDate.now(ZoneOffset.UTC).plusDays(daysFromToday).format(DAY);
  }

  /** A UUIDv7 of another day. */
  public static UUID idOf(int daysFromToday) {
    var now = TestMessages.newId();
    var time = Instant.now().plus(daysFromToday, ChronoUnit.DAYS).toEpochMilli();
    return new UUID(
        (time << 16) | (now.getMostSignificantBits() & 0xffff), now.getLeastSignificantBits());
  }

  /** An id without a time whose first bits look like that day's. */
  static UUID withoutTimeInRangeOf(int daysFromToday) {
    var id = idOf(daysFromToday);
    return new UUID(
        (id.getMostSignificantBits() & ~0xf000L) | 0x4000L, id.getLeastSignificantBits());
  }

  @Override
  public void close() {
    context.close();
    dropAddedSlot();
    service.close();
  }
}
