package onceward.messaging.retention;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * How long outbox, inbox and the records of operators remember.
 *
 * @param outbox how long published messages are kept, in whole days, rounded up; at least two. A
 *     day that the relay has not confirmed is kept longer, and so is one that sessions never leave
 *     alone: a warning after two days
 * @param inbox how long handled messages are remembered, in whole days, rounded up; at least two,
 *     and longer than the topics keep theirs: a message that comes when it is forgotten is refused
 * @param deadLetters how long the audit, ended jobs, ended requests to publish again, and the
 *     history of closed dead letters are kept, in whole days, rounded up; at least two
 * @param daysAhead for how many days from tomorrow on partitions are made; as long may the
 *     maintenance fail before messages go to the default partition
 * @param every the wait between two runs
 */
@ConfigurationProperties("messaging.retention")
public record RetentionConfiguration(
    @Bindable(defaultValue = "14d") Duration outbox,
    @Bindable(defaultValue = "30d") Duration inbox,
    @Bindable(defaultValue = "90d") Duration deadLetters,
    @Bindable(defaultValue = "7") int daysAhead,
    @Bindable(defaultValue = "1h") Duration every) {

  /** How long the inbox remembers a message at least. */
  public Duration inboxRemembers() {
    return Duration.ofDays(keepDays(Table.INBOX));
  }

  int keepDays(Table table) {
    var kept =
        switch (table) {
          case OUTBOX -> outbox;
          case INBOX -> inbox;
          case DEAD_LETTER -> deadLetters;
        };
    return Math.toIntExact(kept.plusDays(1).minusNanos(1).toDays());
  }
}
