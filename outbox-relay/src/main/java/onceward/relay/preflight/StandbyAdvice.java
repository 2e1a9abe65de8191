package onceward.relay.preflight;

import java.util.Optional;
import onceward.relay.source.DatabaseFacts;
import onceward.relay.source.DatabaseFacts.Slot;
import onceward.relay.source.DatabaseSettings;

/**
 * What is missing for a promotion that the pipeline goes on with by itself. Only where a promotion
 * is to be expected: the settings name several servers. Asks nobody: it judges facts.
 */
final class StandbyAdvice {

  private final DatabaseSettings settings;
  private final DatabaseFacts facts;
  private final DatabaseRemedies remedies;

  StandbyAdvice(String pipeline, DatabaseSettings settings, DatabaseFacts facts) {
    this.settings = settings;
    this.facts = facts;
    this.remedies = new DatabaseRemedies(pipeline, settings);
  }

  /**
   * The first thing that is missing, as a sentence with what to do.
   *
   * @param isBounded whether a standby that has all up to the position has all that is published
   */
  Optional<String> advice(boolean isBounded) {
    if (!settings.servers().isChoice()) {
      return Optional.empty();
    }
    if (!facts.server().hasFailoverSlots()) {
      return Optional.of(
          "PostgreSQL %s lets no slot follow to a standby".formatted(facts.server().version()));
    }
    if (facts.slot().filter(Slot::failover).isEmpty()) {
      return Optional.of(
          "slot %s does not follow to standbys; have it follow: %s"
              .formatted(settings.slot(), remedies.haveSlotFollow()));
    }
    return isBounded
        ? Optional.empty()
        : Optional.of(
            "synchronized_standby_slots is empty, so more may be published than a standby has; set it to the slots by which the standbys stream, or set delivery to exactly-once");
  }
}
