package onceward.cli.ledger;

import java.util.List;
import onceward.ledger.source.LedgerException;
import onceward.ledger.source.LedgerSettings;
import onceward.ledger.verify.Stall;
import onceward.ledger.verify.Verdict;
import onceward.ledgerapi.LedgerServers;
import onceward.localstack.process.StackException;

/** The servers that the options of the command line name, looked up again for each call. */
record ServedLedger(LedgerOptions options) implements LedgerServers {

  @Override
  public LedgerSettings settings() {
    try {
      return options.settings();
    } catch (StackException | LedgerFileException | OtherServerException refused) {
      throw new LedgerException(String.valueOf(refused.getMessage()), refused);
    }
  }

  @Override
  public List<Stall> stalls(Verdict verdict) throws InterruptedException {
    try {
      return options.stalls(verdict);
    } catch (StackException refused) {
      throw new LedgerException(String.valueOf(refused.getMessage()), refused);
    }
  }
}
