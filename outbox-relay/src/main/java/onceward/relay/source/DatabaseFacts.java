package onceward.relay.source;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import onceward.relay.position.Lsn;
import org.jspecify.annotations.Nullable;

/**
 * What one look at the database showed, of all that a pipeline depends on.
 *
 * @param server its version
 * @param writtenTo the end of the log
 * @param readOnly whether the server is a standby
 * @param outbox the table itself
 * @param outboxColumns the columns of the outbox and their types; none if there is no such table
 * @param parks whether there is a table for parked messages, with a column for their state
 * @param hasCanary whether there is a table for canaries, and the function that belongs to it
 * @param canary of this slot; empty if it has no row
 * @param elsewhere tables that are called as the outbox or the canary, in other schemas
 * @param content what all of the database is made of
 * @param layout how the outbox is divided between slots
 */
public record DatabaseFacts(
    Server server,
    String systemIdentifier,
    int timeline,
    Lsn writtenTo,
    boolean readOnly,
    Role role,
    Optional<Slot> slot,
    Optional<Publication> publication,
    Outbox outbox,
    Map<String, String> outboxColumns,
    boolean parks,
    boolean hasCanary,
    Optional<Canary> canary,
    Set<String> elsewhere,
    Content content,
    Layout layout) {

  /** Of a server that is too old to be asked for anything else: nothing was found there. */
  public static DatabaseFacts of(Server tooOld) {
    return new DatabaseFacts(
        tooOld,
        "",
        0,
        new Lsn(0),
        false,
        new Role("", false, false, false, Set.of(), false, false, false),
        Optional.empty(),
        Optional.empty(),
        Outbox.NONE,
        Map.of(),
        false,
        false,
        Optional.empty(),
        Set.of(),
        new Content("", Set.of()),
        Layout.NONE);
  }

  /**
   * The server.
   *
   * @param major its version as a number, such as 18
   * @param version its version in its own words, such as 18.6
   */
  public record Server(int major, String version) {

    /** The first PostgreSQL that publishes chosen columns of a table. */
    public static final int OLDEST = 15;

    private static final int FAILOVER_SLOTS = 17;
    private static final int ALTERS_TWO_PHASE = 18;

    /** Whether a slot can follow to standbys, so that it is there after a promotion. */
    public boolean hasFailoverSlots() {
      return major >= FAILOVER_SLOTS;
    }

    /** Whether a slot that was made for two-phase commits can be had without. */
    public boolean altersTwoPhase() {
      return major >= ALTERS_TWO_PHASE;
    }

    /** Whether it has what the relay asks for. Newer servers than those that are tested do. */
    public boolean isSupported() {
      return major >= OLDEST;
    }
  }

  /**
   * What all of the database is made of, also what is not published.
   *
   * @param encoding of its text, as PostgreSQL calls it
   * @param unreadableTypes those at which the capture would end, with their schemas: Debezium 3.6
   *     looks for the values of every type that counts as an enumeration, and these have none
   */
  public record Content(String encoding, Set<String> unreadableTypes) {}

  /**
   * How the outbox is divided between slots, of this pipeline and of others.
   *
   * @param slots those of this database that are called like slots of this outbox or of its parts
   * @param filters by which publications that are called like those of its parts publish the outbox
   * @param shifting tables and partitions of the outbox in which an update could move a row to
   *     another part, because the aggregate's id belongs to the replica identity; the server
   *     refuses such updates elsewhere, while a publication filters by that id
   */
  public record Layout(Set<String> slots, Map<String, String> filters, List<String> shifting) {

    /** That nothing was found. */
    public static final Layout NONE = new Layout(Set.of(), Map.of(), List.of());
  }

  /**
   * What the relay's role may do.
   *
   * @param bootstrap whether the server was made with it: a superuser for ever, and often the only
   *     one
   * @param closedSchemas of tables that are there for the relay, and whose schema it may not use
   * @param movesCanary true also if there is none
   * @param parks true also if there is no table for it
   */
  public record Role(
      String name,
      boolean superuser,
      boolean bootstrap,
      boolean replicates,
      Set<String> closedSchemas,
      boolean readsOutbox,
      boolean movesCanary,
      boolean parks) {}

  /**
   * The outbox as a table, and the ways in which its rows do not reach the log under its name. What
   * is named is named with its schema, quoted as in a statement.
   *
   * @param id differs for every table that ever had the name; 0 if there is none
   * @param isTable false for a view, which has no rows of its own, and whatever else has columns
   * @param unlogged tables and partitions whose rows are not written to the log
   * @param foreign partitions whose rows are kept by another server
   * @param doubling tables and partitions that take two rows with one id: without a unique index on
   *     the id, alone or with columns by which the outbox is partitioned
   * @param children tables that inherit from it, whose rows go by their own names
   * @param rules that write something else instead of an inserted row, each with its table
   * @param redirects triggers that write an inserted row elsewhere, each with its table
   * @param named differs after every change of its name, schema or owner, also if it has the same
   *     name again; empty if there is no such table
   * @param unpublishable parts of it with rows that the log does not have as inserts into the
   *     outbox
   */
  public record Outbox(
      long id,
      boolean isTable,
      List<String> unlogged,
      List<String> foreign,
      List<String> doubling,
      List<String> children,
      List<OnTable> rules,
      List<OnTable> redirects,
      String named,
      List<Unpublishable> unpublishable) {

    /** That there is no such table. */
    public static final Outbox NONE =
        new Outbox(
            0, false, List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), "",
            List.of());
  }

  /**
   * A table or partition with rows that no capture can find in the log.
   *
   * @param table with its schema, quoted
   * @param mark of what was done to the table: the same at every look, another after the next time
   */
  public record Unpublishable(Cause cause, String table, String mark) {

    /** What was done to the table. */
    public enum Cause {
      /** It had rows when it was attached to the outbox. */
      ATTACHED_WITH_ROWS,
      /** It has rows, and was unlogged before it was logged. */
      UNLOGGED_BEFORE
    }
  }

  /** A rule or trigger, quoted, of a table. */
  public record OnTable(String name, String table) {}

  /**
   * The replication slot.
   *
   * @param database whose it is; null for a physical one
   * @param invalidationReason why it is of no use any more; null while it is
   * @param holder the process id of the session that reads from it, 0 if none does
   * @param confirmed up to where its reader said it has it all
   * @param retainedBytes of log that the server keeps for it
   * @param failover whether it follows to standbys, so that it is there after a promotion
   * @param standbysFirst whether the server sends nothing from it that the standbys of {@code
   *     synchronized_standby_slots} lack
   * @param silentStandbys the slots of those standbys from which nobody reads, so that the server
   *     sends nothing from this one
   * @param twoPhase whether the server sends a prepared transaction before it is committed
   */
  public record Slot(
      @Nullable String plugin,
      @Nullable String database,
      @Nullable String walStatus,
      @Nullable String invalidationReason,
      int holder,
      @Nullable Lsn confirmed,
      long retainedBytes,
      boolean failover,
      boolean standbysFirst,
      List<String> silentStandbys,
      boolean twoPhase) {

    /** Whether a session reads from the slot. */
    public boolean isHeld() {
      return holder != 0;
    }

    /** Whether the server promises to keep what the reader has not confirmed. */
    public boolean isSafe() {
      return "reserved".equals(walStatus) || "extended".equals(walStatus);
    }
  }

  /**
   * The canary's row.
   *
   * @param beat how often it has been moved
   * @param publication the state in which a migration left the publication; null if none says
   */
  public record Canary(long beat, @Nullable String publication) {}

  /**
   * The publication.
   *
   * @param state differs after every change of the publication
   * @param allTables whether it is for all tables, now and later; it cannot be altered to be not
   * @param schemas of which all tables are published, now and later
   * @param tables what is published, by table; a table is named with its schema
   */
  public record Publication(
      @Nullable String state,
      boolean allTables,
      Set<String> schemas,
      boolean inserts,
      boolean updates,
      boolean viaRoot,
      Map<String, Published> tables) {}

  /**
   * What a publication publishes of a table.
   *
   * @param filter which rows; null for all
   */
  public record Published(Set<String> columns, @Nullable String filter) {}
}
