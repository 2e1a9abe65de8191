package onceward.ledger.verify;

import java.time.Instant;
import java.util.List;

/**
 * What sums say of the hours that were compared, so that not all had to be read.
 *
 * @param proven hours in which the sums of outbox, relay and consumers agree
 * @param provenMessages how many messages these hours have
 * @param expired those of the proven hours that Kafka does not keep whole any more
 * @param read how many hours were read, because they are not proven
 * @param unproven the first of these, and why
 */
public record CoveredHours(
    long proven, long provenMessages, long expired, long read, List<Unproven> unproven) {

  public CoveredHours {
    unproven = List.copyOf(unproven);
  }

  /**
   * An hour that is not proven.
   *
   * @param hour when it begins
   * @param why as a sentence without a full stop
   */
  public record Unproven(Instant hour, String why) {}
}
