package onceward.ledgerapi;

import java.util.List;
import onceward.ledger.source.LedgerException;
import onceward.ledger.source.LedgerSettings;
import onceward.ledger.verify.Stall;
import onceward.ledger.verify.Verdict;

/**
 * The servers that are read, as whoever starts the API names them. Asked anew for each call, so
 * that a replaced password or a server that was started anew counts. Implementations are
 * thread-safe, and may block for seconds.
 */
public interface LedgerServers {

  /**
   * Where the servers are, and the logins.
   *
   * @throws LedgerException if nobody can tell now; the caller of the API reads the sentence
   */
  LedgerSettings settings();

  /**
   * What stands still, so that what is under way behind it does not arrive.
   *
   * @param verdict what was just found
   * @throws InterruptedException when the comparison is cancelled
   */
  List<Stall> stalls(Verdict verdict) throws InterruptedException;
}
