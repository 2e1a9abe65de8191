package onceward.ledgerapi;

import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;
import onceward.ledger.source.LedgerException;
import onceward.problem.TryAgainLater;

/** The calls that may succeed later: 503 with {@code Retry-After}. */
final class LaterAnswers {

  private LaterAnswers() {}

  /** A server does not answer, or holds what the ledger cannot work with. */
  @Singleton
  static final class Unreadable extends TryAgainLater<LedgerException> {

    Unreadable(ErrorResponseProcessor<?> problems) {
      super(problems);
    }
  }

  /** Others are being answered. */
  @Singleton
  static final class Busy extends TryAgainLater<BusyException> {

    Busy(ErrorResponseProcessor<?> problems) {
      super(problems);
    }
  }
}
