package onceward.messaging.offsets;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where a consumer goes on in a partition, or that it stops, because records that it has not been
 * given are gone.
 */
public sealed interface Start {

  /**
   * The consumer goes on at this offset.
   *
   * @param anew whether this begins behind a loss that an operator has accepted
   */
  record At(long offset, boolean anew) implements Start {}

  /** The consumer stops here. */
  record Stopped(Loss loss) implements Start {}

  /**
   * The offset that Kafka has committed, or at which the running consumer stands.
   *
   * @param noted what the database knew as the next offset when this was committed; empty if nobody
   *     says
   * @param byConsumer whether a consumer of this library committed it; otherwise somebody has moved
   *     the group's offset by hand, or with a tool
   */
  record Next(long offset, OptionalLong noted, boolean byConsumer) {

    /** Where the running consumer stands. */
    public static Next reached(long offset) {
      return new Next(offset, OptionalLong.empty(), true);
    }
  }

  /**
   * Decides. Pure: asks neither Kafka nor the database.
   *
   * <p>The offset that Kafka has committed counts first: the remembered offset is written down less
   * often. The remembered offset counts where Kafka has none: Kafka forgets the offsets of a group
   * that is away for {@code offsets.retention.minutes}, and of a topic that is deleted. It counts
   * too where somebody else has moved Kafka's offset ahead: the records between were not handled.
   *
   * @param log what Kafka holds
   * @param remembered what the database remembers
   * @param next empty if Kafka has no offset
   * @param stop whether the consumer has stopped here before
   */
  static Start decide(
      PartitionLog log, Remembered remembered, Optional<Next> next, Optional<Stop> stop) {
    if (stop.isPresent()) {
      return stop.get().accepted()
          ? new At(beginAnew(log, stop.get().loss(), next), true)
          : new Stopped(stop.get().loss());
    }
    var offset = next.map(one -> offset(one, remembered)).orElse(remembered.nextOffset());
    if (remembered.topicId() != null && !remembered.topicId().equals(log.topicId())) {
      // The committed offset may be one of the new topic already.
      return new Stopped(new Loss(Loss.Cause.TOPIC_REPLACED, remembered.nextOffset(), null));
    }
    var noted = next.map(Next::noted).orElse(OptionalLong.empty());
    if (noted.isPresent() && noted.getAsLong() > remembered.nextOffset()) {
      // An operator may have moved Kafka's offset back, to before what the database knows.
      return new Stopped(
          new Loss(
              Loss.Cause.DATABASE_REWOUND,
              Math.min(remembered.nextOffset(), offset),
              Math.max(noted.getAsLong(), offset)));
    }
    if (offset < log.start()) {
      return new Stopped(new Loss(Loss.Cause.RECORDS_DELETED, offset, log.start()));
    }
    if (offset > log.end()) {
      return new Stopped(new Loss(Loss.Cause.LOG_CUT, log.end(), offset));
    }
    return new At(offset, false);
  }

  private static long offset(Next next, Remembered remembered) {
    return next.byConsumer() || remembered.topicId() == null
        ? next.offset()
        : Math.min(next.offset(), remembered.nextOffset());
  }

  /**
   * What the database knows is in its inbox; from an offset that it knows it need not be asked. An
   * operator may have moved Kafka's offset back since the stop.
   */
  private static long beginAnew(PartitionLog log, Loss loss, Optional<Next> next) {
    return loss.cause() == Loss.Cause.DATABASE_REWOUND
        ? Math.max(Math.min(loss.from(), next.map(Next::offset).orElse(loss.from())), log.start())
        : log.start();
  }
}
