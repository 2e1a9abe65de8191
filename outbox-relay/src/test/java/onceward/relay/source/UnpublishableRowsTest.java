package onceward.relay.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import onceward.localstack.postgres.PostgresServer;
import onceward.localstack.postgres.PostgresSettings;
import onceward.localstack.process.Signal;
import onceward.messaging.testkit.servers.TestPostgres;
import onceward.relay.OutboxDatabase;
import onceward.relay.source.DatabaseFacts.Unpublishable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the rows of an outbox tell on a server that has given so many transaction ids since that
 * their ages wrap.
 *
 * <p>Method: the rows of the outbox and of the catalogue are frozen, which keeps the ids of their
 * transactions. The server ends, and those ids are replaced in its files by ids of long ago.
 */
class UnpublishableRowsTest {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  /**
   * A partition with one row.
   *
   * @param isMadeAttached whether one transaction made and attached it
   * @param attachedAgo how many transaction ids ago it was attached
   * @param writtenAgo how many transaction ids ago its row was written
   */
  private record Part(String name, boolean isMadeAttached, long attachedAgo, long writtenAgo) {}

  private static final List<Part> PARTS =
      List.of(
          new Part("lately", false, 200_000, 100_000),
          new Part("row_before_lately", false, 100_000, 200_000),
          new Part("attached_long_ago", false, 3_000_000_000L, 1_000_000_000),
          new Part("all_long_ago", false, 3_000_000_000L, 2_500_000_000L),
          new Part("row_before_long_ago", false, 2_500_000_000L, 3_000_000_000L),
          new Part("row_long_ago", false, 100_000, 3_000_000_000L),
          new Part("made_a_whole_round_ago", true, 5_000_000_000L, 1_000_000_000));

  /** Where a transaction id stands in the files of the server, and what to write there. */
  private record Forgery(Path file, int page, int item, long id) {

    private static final int PAGE_BYTES = 8192;
    private static final int PAGE_HEADER_BYTES = 24;
    private static final int ITEM_BYTES = 4;
    private static final int OFFSET_MASK = 0x7fff;
    private static final int INFOMASK_AT = 20;
    private static final short FROZEN = 0x0300;

    void write() throws IOException {
      try (var open = new RandomAccessFile(file.toFile(), "rw")) {
        var bytes = new byte[PAGE_BYTES];
        open.seek((long) page * PAGE_BYTES);
        open.readFully(bytes);
        var content = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        var row = content.getInt(PAGE_HEADER_BYTES + (item - 1) * ITEM_BYTES) & OFFSET_MASK;
        assertThat(content.getShort(row + INFOMASK_AT) & FROZEN).as("frozen").isEqualTo(FROZEN);
        content.putInt(row, (int) id);
        open.seek((long) page * PAGE_BYTES);
        open.write(bytes);
      }
    }
  }

  @TempDir private Path directory;
  private PostgresSettings settings;
  private PostgresServer server;
  private OutboxDatabase database;

  @BeforeEach
  void start() throws Exception {
    settings = PostgresSettings.in(directory);
    server = PostgresServer.start(settings);
    database = OutboxDatabase.on(TestPostgres.of(server));
    // It would keep the catalogue from being frozen.
    database.dropSlot();
  }

  @AfterEach
  void end() {
    PostgresServer.find(settings).ifPresent(one -> one.end(LIMIT, Signal.QUIT, Signal.KILL));
  }

  @Test
  void ages_that_wrap_neither_stop_a_fit_partition_nor_hide_an_unfit_one() throws Exception {
    for (var number = 0; number < PARTS.size(); number++) {
      make(PARTS.get(number), number);
    }
    age();
    database.makeSlot("pgoutput");

    try (var connection = server.connect(database.name())) {
      assertThat(new UnpublishableRows("public.outbox").look(connection))
          .allMatch(part -> part.cause() == Unpublishable.Cause.ATTACHED_WITH_ROWS)
          .extracting(Unpublishable::table)
          .containsExactly(
              "public.row_before_lately", "public.row_before_long_ago", "public.row_long_ago");
    }
    assertThat(new HoldingsLook("shop", database.settings()).read(_ -> {}).writtenSinceSlot())
        .isZero();
  }

  private void make(Part part, int number) throws Exception {
    var make = "create table %s (like outbox including all)".formatted(part.name());
    var attach =
        "alter table outbox attach partition %1$s for values from ('f%2$d000000-0000-7000-8000-000000000000') to ('f%2$d000000-0000-8000-8000-000000000000')"
            .formatted(part.name(), number);
    if (part.isMadeAttached()) {
      database.administer("begin; %s; %s; commit".formatted(make, attach));
    } else {
      database.administer(make);
      database.administer(attach);
    }
    database.administer(
        "insert into outbox (id, aggregatetype, aggregateid, aggregateversion, type, payload) values ('f%d000000-0000-7000-8000-000000000001', 'thing', 'a', 1, 'Moved', '{}')"
            .formatted(number));
  }

  private void age() throws Exception {
    database.administer("vacuum (freeze) pg_inherits, pg_attribute, outbox");
    // The pages that are changed have other checksums than they say.
    database.administer("alter system set ignore_checksum_failure = on");
    var now = Long.parseLong(database.ask("select pg_current_xact_id()"));
    var forgeries = new ArrayList<Forgery>();
    for (var part : PARTS) {
      var oid = "'%s'::regclass".formatted(part.name());
      forgeries.add(forgery("pg_inherits", "inhrelid = " + oid, now - part.attachedAgo()));
      forgeries.add(forgery(part.name(), "true", now - part.writtenAgo()));
      if (part.isMadeAttached()) {
        var made = "attnum = -1 and attrelid = " + oid;
        forgeries.add(forgery("pg_attribute", made, now - part.attachedAgo()));
      }
    }
    server.close();
    for (var forgery : forgeries) {
      forgery.write();
    }
    server = PostgresServer.start(settings);
  }

  private Forgery forgery(String table, String row, long id) {
    var place =
        database.ask("select trim(ctid::text, '()') from %s where %s".formatted(table, row));
    var comma = place.indexOf(',');
    return new Forgery(
        settings
            .dataDirectory()
            .resolve(database.ask("select pg_relation_filepath('%s')".formatted(table))),
        Integer.parseInt(place.substring(0, comma)),
        Integer.parseInt(place.substring(comma + 1)),
        id);
  }
}
