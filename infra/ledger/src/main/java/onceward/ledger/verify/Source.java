package onceward.ledger.verify;

import onceward.ledger.source.Catalog;
import onceward.ledger.source.Database;
import onceward.ledger.source.DatabaseSettings;
import onceward.ledger.source.Inbox;
import onceward.ledger.source.Outbox;

/**
 * A database that is looked at.
 *
 * @param now is asked outside of any transaction
 * @param catalog what it has
 */
record Source(Database now, Catalog catalog, Opened opened) {

  static Source connect(DatabaseSettings settings, Opened opened) {
    var now = opened.add(Database.connect(settings));
    return new Source(now, Catalog.of(now), opened);
  }

  String name() {
    return now.name();
  }

  /** The outbox as it is whenever it is asked. */
  Outbox outbox() {
    return new Outbox(now);
  }

  /** The inbox as it is whenever it is asked. */
  Inbox inbox() {
    return new Inbox(now);
  }

  /** The database as it is now, for ever. */
  Fixed fix() {
    var rows = opened.add(Database.connect(now.settings()));
    return new Fixed(this, rows, rows.snapshot());
  }

  /**
   * A database as it is at one moment.
   *
   * @param rows may be read by one thread
   */
  record Fixed(Source source, Database rows, Database.Snapshot snapshot) {

    String name() {
      return source.name();
    }

    Outbox outbox() {
      return new Outbox(rows);
    }

    Inbox inbox() {
      return new Inbox(rows);
    }

    /** The same moment, for another thread. */
    Fixed again() {
      var other = source.opened.add(Database.connect(source.now.settings()));
      other.share(snapshot);
      return new Fixed(source, other, snapshot);
    }
  }
}
