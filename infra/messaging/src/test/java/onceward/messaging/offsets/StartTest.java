package onceward.messaging.offsets;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import onceward.messaging.offsets.Loss.Cause;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Goal: a consumer goes on only where no record that it has not been given is gone. */
class StartTest {

  private static final UUID TOPIC = new UUID(0, 1);
  private static final UUID ANOTHER = new UUID(0, 2);
  private static final PartitionLog LOG = new PartitionLog(TOPIC, 10, 20);

  @Test
  void goes_on_at_the_committed_offset_as_long_as_the_log_reaches_to_it() {
    assertThat(start(LOG, 3, 10)).isEqualTo(new Start.At(10, false));
    assertThat(start(LOG, 3, 15)).isEqualTo(new Start.At(15, false));
    assertThat(start(LOG, 3, 20)).isEqualTo(new Start.At(20, false));
  }

  @Test
  void stops_when_the_log_begins_behind_the_next_record() {
    assertThat(start(LOG, 3, 9)).isEqualTo(stopped(Cause.RECORDS_DELETED, 9, 10L));
  }

  /**
   * Also when everything was deleted, and a consumer that only compares with the end has no lag.
   */
  @Test
  void stops_when_the_log_is_empty_by_now() {
    var empty = new PartitionLog(TOPIC, 20, 20);

    assertThat(start(empty, 14, 14)).isEqualTo(stopped(Cause.RECORDS_DELETED, 14, 20L));
  }

  @Test
  void stops_when_the_log_ends_before_the_next_record() {
    assertThat(start(LOG, 3, 25)).isEqualTo(stopped(Cause.LOG_CUT, 20, 25L));
  }

  /** Whatever offset Kafka has: it may be one of the new topic. */
  @Test
  void stops_when_the_topic_is_another() {
    var replaced = new PartitionLog(ANOTHER, 0, 100);

    assertThat(start(replaced, 15, 15)).isEqualTo(stopped(Cause.TOPIC_REPLACED, 15, null));
    assertThat(start(replaced, 15, 50)).isEqualTo(stopped(Cause.TOPIC_REPLACED, 15, null));
  }

  @Test
  void without_a_committed_offset_it_goes_by_what_is_remembered() {
    assertThat(startUncommitted(LOG, 12)).isEqualTo(new Start.At(12, false));
    assertThat(startUncommitted(LOG, 4)).isEqualTo(stopped(Cause.RECORDS_DELETED, 4, 10L));
    assertThat(startUncommitted(LOG, 21)).isEqualTo(stopped(Cause.LOG_CUT, 20, 21L));
  }

  /** Whoever committed the offset wrote beside it what the database had noted by then. */
  @Test
  void stops_when_the_database_knows_of_less_than_it_had_noted() {
    assertThat(startNoted(12, 18, 14)).isEqualTo(stopped(Cause.DATABASE_REWOUND, 12, 18L));
    assertThat(startNoted(12, 18, 12)).isEqualTo(new Start.At(18, false));
    assertThat(startNoted(14, 18, 12)).isEqualTo(new Start.At(18, false));
  }

  /** Or an accept would pass over what an operator wants to have handled again. */
  @Test
  void goes_back_no_less_than_an_operator_has_moved_the_offset_of_the_group() {
    assertThat(startNoted(14, 12, 18)).isEqualTo(stopped(Cause.DATABASE_REWOUND, 12, 18L));
  }

  @Test
  void what_the_database_has_forgotten_is_handled_again_once_that_is_accepted() {
    var stop = new Stop(new Loss(Cause.DATABASE_REWOUND, 12, 18L), true);
    var far = new Stop(new Loss(Cause.DATABASE_REWOUND, 3, 18L), true);

    assertThat(accepted(stop)).isEqualTo(new Start.At(12, true));
    assertThat(accepted(far)).isEqualTo(new Start.At(10, true));
    assertThat(accepted(stop, 11)).as("moved back since").isEqualTo(new Start.At(11, true));
  }

  /** As {@code kafka-consumer-groups --reset-offsets --to-latest} does. */
  @Test
  void passes_over_nothing_when_a_stranger_has_moved_the_offset_ahead() {
    assertThat(startMoved(new Remembered(TOPIC, 12), 18)).isEqualTo(new Start.At(12, false));
    assertThat(startMoved(new Remembered(TOPIC, 4), 18))
        .isEqualTo(stopped(Cause.RECORDS_DELETED, 4, 10L));
  }

  @Test
  void goes_back_where_a_stranger_has_moved_the_offset_to() {
    assertThat(startMoved(new Remembered(TOPIC, 18), 12)).isEqualTo(new Start.At(12, false));
  }

  /** The row of an older version says less than Kafka. */
  @Test
  void goes_by_the_offset_of_a_stranger_if_the_database_has_noted_none() {
    assertThat(startMoved(new Remembered(null, 0), 18)).isEqualTo(new Start.At(18, false));
  }

  private static Start startMoved(Remembered remembered, long moved) {
    return Start.decide(
        LOG,
        remembered,
        Optional.of(new Start.Next(moved, OptionalLong.empty(), false)),
        Optional.empty());
  }

  private static Start.Next next(long committed) {
    return new Start.Next(committed, OptionalLong.empty(), true);
  }

  private static Start accepted(Stop stop) {
    return accepted(stop, 18);
  }

  private static Start accepted(Stop stop, long committed) {
    return Start.decide(
        LOG, new Remembered(TOPIC, 12), Optional.of(next(committed)), Optional.of(stop));
  }

  private static Start startNoted(long remembered, long committed, long noted) {
    return Start.decide(
        LOG,
        new Remembered(TOPIC, remembered),
        Optional.of(new Start.Next(committed, OptionalLong.of(noted), true)),
        Optional.empty());
  }

  /** Meanwhile the log may have grown beyond the offset, and would seem to be in order. */
  @Test
  void stays_stopped_until_the_loss_is_accepted() {
    var loss = new Loss(Cause.LOG_CUT, 5, 15L);
    var remembered = new Remembered(TOPIC, 15);
    var next = Optional.of(next(15));

    assertThat(Start.decide(LOG, remembered, next, Optional.of(new Stop(loss, false))))
        .isEqualTo(new Start.Stopped(loss));
    assertThat(Start.decide(LOG, remembered, next, Optional.of(new Stop(loss, true))))
        .isEqualTo(new Start.At(10, true));
  }

  @Test
  void a_topic_is_not_compared_with_one_that_nobody_noted() {
    assertThat(Start.decide(LOG, new Remembered(null, 12), Optional.empty(), Optional.empty()))
        .isEqualTo(new Start.At(12, false));
  }

  @Test
  void the_sentence_names_the_first_and_the_last_offset_that_are_gone() {
    assertThat(new Loss(Cause.RECORDS_DELETED, 9, 20L).describe())
        .startsWith("records 9 to 19 are gone from Kafka");
    assertThat(new Loss(Cause.TOPIC_REPLACED, 9, null).describe()).contains("offset 9");
  }

  private static Start start(PartitionLog log, long remembered, long committed) {
    return Start.decide(
        log, new Remembered(TOPIC, remembered), Optional.of(next(committed)), Optional.empty());
  }

  private static Start startUncommitted(PartitionLog log, long remembered) {
    return Start.decide(log, new Remembered(TOPIC, remembered), Optional.empty(), Optional.empty());
  }

  private static Start stopped(Cause cause, long from, @Nullable Long until) {
    return new Start.Stopped(new Loss(cause, from, until));
  }
}
