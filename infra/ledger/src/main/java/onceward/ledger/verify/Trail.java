package onceward.ledger.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import onceward.ledger.source.Appended;
import onceward.ledger.source.Claimed;
import onceward.ledger.source.Entry;
import onceward.ledger.source.Published;
import onceward.ledger.source.SetAside;

/**
 * Everything that all places know of one message. The lists are rarely longer than one.
 *
 * @param records in the order in which they were published, by topic and partition
 */
record Trail(
    UUID id,
    List<Appended> rows,
    List<Published> records,
    List<Claimed> claims,
    List<SetAside> setAside) {

  static Trail of(UUID id, List<Entry> entries) {
    var rows = new ArrayList<Appended>(1);
    var records = new ArrayList<Published>(1);
    var claims = new ArrayList<Claimed>(1);
    var setAside = new ArrayList<SetAside>(0);
    for (var entry : entries) {
      switch (entry) {
        case Appended row -> rows.add(row);
        case Published record -> records.add(record);
        case Claimed claim -> claims.add(claim);
        case SetAside aside -> setAside.add(aside);
      }
    }
    return new Trail(id, rows, records, claims, setAside);
  }

  boolean isClaimedBy(int consumer) {
    for (var claim : claims) {
      if (claim.consumer() == consumer) {
        return true;
      }
    }
    return false;
  }

  boolean isAt(SetAside.Where where) {
    for (var aside : setAside) {
      if (aside.where() == where) {
        return true;
      }
    }
    return false;
  }

  boolean isAt(SetAside.Where where, int consumer) {
    for (var aside : setAside) {
      if (aside.where() == where && aside.consumer() == consumer) {
        return true;
      }
    }
    return false;
  }
}
