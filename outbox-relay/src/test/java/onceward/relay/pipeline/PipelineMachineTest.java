package onceward.relay.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.testkit.TestMessages;
import onceward.relay.pipeline.Activity.Looking;
import onceward.relay.pipeline.Activity.Over;
import onceward.relay.pipeline.Activity.Streaming;
import onceward.relay.pipeline.Activity.Waiting;
import onceward.relay.pipeline.Activity.WatchingStop;
import onceward.relay.position.Lsn;
import onceward.relay.position.Move;
import onceward.relay.position.Position;
import onceward.relay.source.Beat;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StopReason;
import onceward.relay.stop.StoppedException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a pipeline decides, event by event. */
class PipelineMachineTest {

  private static final Duration SILENCE = Duration.ofSeconds(20);
  private static final Stop AHEAD =
      new Stop(StopReason.SLOT_AHEAD, "the slot is ahead", "infra/onceward relay accept shop");
  private static final Operator OPERATOR = new Operator("ada", "operator", "127.0.0.1");
  private static final Operator OTHER = new Operator("bob", "operator", "127.0.0.1");
  private static final Stop LEFT =
      new Stop(StopReason.MOVED, "the pipeline has left", "copy the database");
  private static final Move MOVE = new Move("ada", Instant.EPOCH);
  private static final Stop MISSING =
      new Stop(StopReason.SLOT_MISSING, "there is no slot", "make one");
  private static final Stop BYPASSED =
      new Stop(StopReason.OUTBOX_BYPASSED, "a partition is unlogged", "make it logged");
  private static final Stop CUT =
      new Stop(StopReason.TOPIC_CUT, "Kafka has lost records", "see the page");

  private final RuntimeException away =
      new UncheckedIOException(new IOException("Kafka does not answer"));
  private final PipelineMachine machine = new PipelineMachine("shop", SILENCE);
  private final List<Effect> effects = new ArrayList<>();
  private long now;
  private State state = State.first("shop", moment());

  // ---- the straight way

  @Test
  void it_looks_opens_captures_and_streams() {
    begin();
    assertThat(last()).isEqualTo(new Effect.Look(null));
    on(new Event.Looked(0, new Lsn(7)));
    assertThat(last()).isEqualTo(new Effect.Stream(null, SILENCE));
    assertThat(state.phase()).isEqualTo(Phase.PREFLIGHT);
    on(new Event.Opened(position(1)));
    assertThat(state.phase()).isEqualTo(Phase.PREFLIGHT);
    on(published(2));

    assertThat(state.phase()).isEqualTo(Phase.STREAMING);
    assertThat(state.status().isReady()).isTrue();
    assertThat(state.history())
        .extracting(Transition::from, Transition::to)
        .containsExactly(tuple(Phase.PREFLIGHT, Phase.STREAMING));
  }

  @Test
  void it_stands_by_while_another_moves_the_slot() {
    begin();
    on(new Event.Looked(4711, new Lsn(7)));
    assertThat(last()).isInstanceOf(Effect.WatchSlot.class);
    on(new Event.SlotHeld(4711, false));
    assertThat(state.status().isReady()).isFalse();
    assertThat(state.status().reason()).contains("4711 holds the slot and is not seen to move it");
    on(new Event.SlotHeld(4711, true));
    assertThat(state.phase()).isEqualTo(Phase.STANDBY);
    on(new Event.SlotWatched());
    assertThat(last()).isInstanceOf(Effect.Look.class);
    on(new Event.Looked(0, new Lsn(9)));
    assertThat(state.phase()).isEqualTo(Phase.STANDBY);
    on(new Event.Opened(position(1)));

    assertThat(state.phase()).isEqualTo(Phase.PREFLIGHT);
  }

  @Test
  void it_warns_of_another_primary_while_it_streams_and_no_longer() {
    var warning = List.of("a:5432 is a primary too");
    on(new Event.OthersSeen(warning));
    assertThat(state.warnings()).isEmpty();
    begin();
    open();
    on(new Event.OthersSeen(warning));
    on(published(2));
    assertThat(state.phase()).isEqualTo(Phase.STREAMING);
    assertThat(state.warnings()).isEqualTo(warning);
    assertThat(state.status().isReady()).isTrue();
    on(new Event.Ended(away));

    assertThat(state.warnings()).isEmpty();
  }

  // ---- failures

  @Test
  void it_waits_longer_after_each_failure_in_a_row_and_starts_again() {
    streaming();
    on(new Event.Ended(away));
    assertThat(state.phase()).isEqualTo(Phase.BACKING_OFF);
    assertThat(waitInMillis()).isEqualTo(100);
    passDeadline();
    assertThat(last()).isInstanceOf(Effect.Look.class);
    on(new Event.Ended(away));
    assertThat(waitInMillis()).isEqualTo(200);
    assertThat(state.trouble().failures()).isEqualTo(2);
  }

  @Test
  void a_batch_that_comes_again_after_a_failure_is_no_recovery() {
    streaming();
    on(new Event.Ended(away));
    passDeadline();
    open();
    on(published(2));
    assertThat(state.phase()).isEqualTo(Phase.PREFLIGHT);
    assertThat(state.trouble().failures()).isEqualTo(1);
    on(published(3));

    assertThat(state.phase()).isEqualTo(Phase.STREAMING);
    assertThat(state.trouble()).isEqualTo(Trouble.NONE);
  }

  @Test
  void silence_is_a_stall_that_ends_the_worker_first() {
    streaming();
    passDeadline();
    assertThat(state.phase()).isEqualTo(Phase.BACKING_OFF);
    assertThat(state.status().reason()).contains("nothing came through for 20 s");
    assertThat(last()).isEqualTo(new Effect.End(null, false));
    on(new Event.Ended(null));

    assertThat(state.activity()).isInstanceOf(Waiting.class);
    assertThat(state.trouble().stalls()).isEqualTo(1);
  }

  @Test
  void a_standby_that_the_server_waits_for_is_named_with_the_stall() {
    streaming();
    on(new Event.CanaryMoved(new Beat(0, false, false, List.of("standby_1"))));
    passDeadline();

    assertThat(state.status().reason()).contains("nobody reads from standby_1 there");
  }

  @Test
  void each_start_after_a_stall_waits_twice_as_long_for_its_first_sign() {
    streaming();
    for (int stall = 1; stall <= 2; stall++) {
      passDeadline();
      on(new Event.Ended(null));
      passDeadline();
      on(new Event.Looked(0, new Lsn(7)));
      assertThat(last()).isEqualTo(new Effect.Stream(null, SILENCE.multipliedBy(1L << stall)));
      on(new Event.Opened(position(1)));
    }
  }

  /** Every start repeats the last transaction before its place, mostly the canary's, at once. */
  @Test
  void a_start_after_a_stall_waits_as_long_for_what_is_new_though_something_comes_again() {
    stalled();
    on(new Event.Looked(0, new Lsn(7)));
    on(new Event.Opened(position(2)));
    on(repeated(2));
    assertThat(waitInMillis()).isEqualTo(SILENCE.multipliedBy(2).toMillis());
    assertThat(state.phase()).isEqualTo(Phase.PREFLIGHT);
    passDeadline();
    assertThat(state.status().reason())
        .contains("nothing came through for 40 s", "one large transaction", "waits up to 80 s");
    on(new Event.Ended(null));
    passDeadline();
    on(new Event.Looked(0, new Lsn(7)));
    on(new Event.Opened(position(2)));
    on(published(3));

    assertThat(waitInMillis()).isEqualTo(SILENCE.toMillis());
    assertThat(state.phase()).isEqualTo(Phase.STREAMING);
  }

  /** What is committed meanwhile waits, so the pipeline is not ready. */
  @Test
  void a_server_that_reads_on_is_given_time_and_shown() {
    streaming();
    var silentAt = PipelineMachine.deadline(state).orElseThrow();
    on(new Event.LogRead());
    assertThat(PipelineMachine.deadline(state).orElseThrow()).isGreaterThan(silentAt);
    assertThat(state.phase()).isEqualTo(Phase.PREFLIGHT);
    assertThat(state.status().reason()).contains("the server reads log");
    assertThat(state.trouble()).isEqualTo(Trouble.NONE);
    on(published(3));

    assertThat(state.phase()).isEqualTo(Phase.STREAMING);
    assertThat(state.status().reason()).isEqualTo("captures and publishes");
  }

  @Test
  void what_comes_again_at_the_first_start_is_not_taken_for_a_stream() {
    begin();
    open();
    on(repeated(1));

    assertThat(state.phase()).isEqualTo(Phase.PREFLIGHT);
  }

  @Test
  void a_worker_that_does_not_end_is_let_go_at_last() {
    streaming();
    passDeadline();
    effects.clear();
    passDeadline();

    assertThat(effects.getFirst()).isInstanceOf(Effect.Abandon.class);
    assertThat(state.activity()).isInstanceOf(Waiting.class);
  }

  @Test
  void a_look_without_an_answer_is_a_failure() {
    begin();
    passDeadline();

    assertThat(state.phase()).isEqualTo(Phase.BACKING_OFF);
    assertThat(state.status().reason()).contains("no answer within 120 s");
  }

  @Test
  void the_tenth_failure_of_one_kind_is_a_stop() {
    streaming();
    for (int time = 1; time <= RepeatedFailure.MAX; time++) {
      assertThat(state.is(Phase.STOPPED)).isFalse();
      on(new Event.Ended(new ClassCastException("a number is no text")));
      PipelineMachine.deadline(state).ifPresent(_ -> passDeadline());
    }

    assertThat(state.status().stop()).map(Stop::reason).contains(StopReason.FAILS_REPEATEDLY);
  }

  // ---- stops

  @Test
  void a_stop_that_mends_itself_is_looked_at_again_and_again() {
    begin();
    on(new Event.Ended(new StoppedException(MISSING)));
    assertThat(state.phase()).isEqualTo(Phase.STOPPED);
    var since = state.status().since();
    passDeadline();
    on(new Event.Ended(new StoppedException(MISSING)));
    assertThat(state.status().since()).isEqualTo(since);
    passDeadline();
    on(new Event.Ended(away));
    assertThat(state.status().sentence())
        .isEqualTo("there is no slot; cannot look again: " + away.getMessage());
    passDeadline();
    open();

    assertThat(state.phase()).isEqualTo(Phase.PREFLIGHT);
    assertThat(state.status().reason()).isEqualTo("what was wrong is mended");
  }

  @Test
  void rows_that_may_be_missing_are_written_down_before_the_stop_is_shown() {
    begin();
    on(new Event.Ended(new StoppedException(BYPASSED)));
    assertThat(state.phase()).isEqualTo(Phase.PREFLIGHT);
    assertThat(last()).isEqualTo(new Effect.WriteDoubt(BYPASSED));
    on(new Event.DoubtWritten());

    assertThat(state.status().stop()).contains(BYPASSED);
  }

  /** It may fail before it gets there, above all if a batch is under way. */
  @Test
  void a_doubt_that_a_stream_does_not_write_down_is_written_down_behind_it() {
    begin();
    open();
    on(new Event.Changed(new StoppedException(BYPASSED)));
    assertThat(last()).isEqualTo(new Effect.End(BYPASSED, false));

    on(new Event.Ended(new IllegalStateException("no answer")));
    assertThat(last()).isEqualTo(new Effect.WriteDoubt(BYPASSED));
    on(new Event.DoubtWritten());

    assertThat(state.status().stop()).contains(BYPASSED);
  }

  @Test
  void a_doubt_is_written_down_behind_a_stream_that_does_not_end() {
    begin();
    open();
    on(new Event.Changed(new StoppedException(BYPASSED)));

    passDeadline();

    assertThat(last()).isEqualTo(new Effect.WriteDoubt(BYPASSED));
  }

  @Test
  void a_change_that_passes_over_rows_is_written_down_by_the_stream() {
    streaming();
    on(new Event.Changed(new StoppedException(BYPASSED)));
    assertThat(last()).isEqualTo(new Effect.End(BYPASSED, false));
    assertThat(state.status().isReady()).isFalse();
    on(new Event.Ended(null));

    assertThat(state.status().stop()).contains(BYPASSED);
  }

  /** Kafka may be away just then, and what passed over rows be mended before Kafka is back. */
  @Test
  void a_doubt_that_cannot_be_written_down_is_written_down_before_the_next_look() {
    begin();
    on(new Event.Ended(new StoppedException(CUT)));
    on(new Event.Ended(away));
    assertThat(state.phase()).isEqualTo(Phase.BACKING_OFF);
    passDeadline();
    assertThat(last()).isEqualTo(new Effect.WriteDoubt(CUT));
    on(new Event.Ended(away));
    passDeadline();
    assertThat(last()).isEqualTo(new Effect.WriteDoubt(CUT));
    on(new Event.DoubtWritten());

    assertThat(state.status().stop()).contains(CUT);
    passDeadline();
    assertThat(last()).isInstanceOf(Effect.Look.class);
  }

  @Test
  void a_doubt_that_a_worker_finds_as_it_ends_is_written_down() {
    streaming();
    passDeadline();
    on(new Event.Ended(new StoppedException(CUT)));
    assertThat(last()).isEqualTo(new Effect.WriteDoubt(CUT));
    on(new Event.DoubtWritten());

    assertThat(state.status().stop()).contains(CUT);
  }

  @Test
  void a_doubt_that_a_watch_finds_while_the_worker_ends_is_written_down() {
    streaming();
    on(new Event.Pause(OPERATOR));
    on(new Event.Changed(new StoppedException(BYPASSED)));
    on(new Event.Ended(null));
    assertThat(last()).isEqualTo(new Effect.WriteDoubt(BYPASSED));
    on(new Event.DoubtWritten());

    assertThat(state.status().stop()).map(Stop::reason).contains(StopReason.PAUSED);
  }

  @Test
  void a_pause_does_not_forget_a_doubt() {
    streaming();
    on(new Event.Changed(new StoppedException(BYPASSED)));
    on(new Event.Pause(OPERATOR));
    on(new Event.Ended(away));
    assertThat(last()).isEqualTo(new Effect.WriteDoubt(BYPASSED));
    on(new Event.Ended(away));
    assertThat(state.status().stop()).map(Stop::reason).contains(StopReason.PAUSED);
    on(new Event.Resume(OPERATOR));
    assertThat(last()).isEqualTo(new Effect.WriteDoubt(BYPASSED));
    on(new Event.DoubtWritten());

    assertThat(state.status().stop()).contains(BYPASSED);
  }

  @Test
  void a_resume_before_a_doubt_is_written_down_and_the_pause_done_is_not_lost() {
    streaming();
    on(new Event.Pause(OPERATOR));
    on(new Event.Ended(new StoppedException(CUT)));
    on(new Event.Resume(OPERATOR));
    on(new Event.DoubtWritten());

    assertThat(state.activity()).isInstanceOf(Looking.class);
  }

  @Test
  void a_pipeline_that_closes_tries_once_more_and_says_what_it_could_not_write_down() {
    streaming();
    on(new Event.Close());
    on(new Event.Ended(new StoppedException(CUT)));
    assertThat(last()).isEqualTo(new Effect.WriteDoubt(CUT));
    on(new Event.Pause(OPERATOR));
    on(new Event.Ended(away));

    assertThat(state.activity()).isInstanceOf(Over.class);
    assertThat(state.status().reason()).contains(CUT.sentence());
  }

  @Test
  void a_writer_of_a_doubt_that_hangs_is_ended_and_another_begins() {
    begin();
    on(new Event.Ended(new StoppedException(CUT)));
    passDeadline();
    assertThat(last()).isEqualTo(new Effect.End(null, false));
    passDeadline();
    assertThat(state.activity()).isInstanceOf(Waiting.class);
    passDeadline();

    assertThat(last()).isEqualTo(new Effect.WriteDoubt(CUT));
  }

  // ---- an operator's word

  @Test
  void an_acceptance_is_used_up_by_the_start_that_took_it() {
    stoppedAhead();
    assertThat(accept()).isTrue();
    on(new Event.Looked(0, new Lsn(7)));
    assertThat(last()).isEqualTo(new Effect.Stream(StopReason.SLOT_AHEAD, SILENCE));
    on(new Event.Opened(position(1)));

    assertThat(state.memory().accepted()).isNull();
  }

  @Test
  void an_acceptance_that_comes_after_a_start_has_begun_is_for_the_next() {
    stoppedAhead();
    passDeadline();
    on(new Event.Looked(0, new Lsn(7)));
    assertThat(accept()).isTrue();
    on(new Event.Ended(new StoppedException(AHEAD)));
    passDeadline();
    on(new Event.Looked(0, new Lsn(7)));

    assertThat(last()).isEqualTo(new Effect.Stream(StopReason.SLOT_AHEAD, SILENCE));
  }

  @Test
  void an_acceptance_does_not_hold_for_another_reason() {
    stoppedAhead();
    accept();
    on(
        new Event.Ended(
            new StoppedException(
                new Stop(StopReason.DATABASE_REWOUND, "the log ends earlier", "look"))));

    assertThat(state.memory().accepted()).isNull();
  }

  @Test
  void an_acceptance_is_dropped_when_another_relay_holds_the_slot_or_messages_flow() {
    stoppedAhead();
    accept();
    on(new Event.Looked(4711, new Lsn(7)));
    on(new Event.SlotHeld(4711, true));

    assertThat(state.memory().accepted()).isNull();
  }

  @ParameterizedTest
  @EnumSource
  void only_some_stops_can_be_accepted(StopReason reason) {
    begin();
    on(new Event.Ended(new StoppedException(new Stop(reason, "it is so", "do this"))));
    if (reason.passesOver()) {
      on(new Event.DoubtWritten());
    }

    assertThat(accept()).isEqualTo(reason.acceptable());
  }

  @Test
  void a_pause_ends_the_stream_in_good_order_and_a_resume_starts_it() {
    streaming();
    on(new Event.Pause(OPERATOR));
    assertThat(last()).isEqualTo(new Effect.End(null, true));
    assertThat(state.status().isReady()).isFalse();
    on(new Event.Ended(null));
    assertThat(state.status().stop()).map(Stop::reason).contains(StopReason.PAUSED);
    on(new Event.Resume(OPERATOR));

    assertThat(state.phase()).isEqualTo(Phase.PREFLIGHT);
    assertThat(state.activity()).isInstanceOf(Looking.class);
  }

  @Test
  void the_history_says_who_paused_accepted_and_resumed() {
    streaming();
    on(new Event.Pause(OPERATOR));
    on(new Event.Ended(null));
    on(new Event.Resume(OTHER));
    on(new Event.Ended(new StoppedException(AHEAD)));
    on(new Event.DoubtWritten());
    accept();

    assertThat(state.history())
        .filteredOn(transition -> transition.by() != null)
        .extracting(Transition::to, Transition::cause, Transition::by)
        .containsExactly(
            tuple(Phase.STOPPED, "paused: an operator paused it", OPERATOR),
            tuple(Phase.PREFLIGHT, "resumed", OTHER),
            tuple(Phase.PREFLIGHT, "accepted: slot-ahead", OPERATOR));
  }

  @Test
  void a_resume_before_a_pause_is_done_starts_the_pipeline_when_it_is() {
    streaming();
    on(new Event.Pause(OPERATOR));
    on(new Event.Resume(OPERATOR));
    on(new Event.Ended(null));

    assertThat(state.activity()).isInstanceOf(Looking.class);
  }

  @Test
  void a_pause_that_comes_while_the_pipeline_fails_wins() {
    streaming();
    passDeadline();
    on(new Event.Pause(OPERATOR));
    on(new Event.Ended(null));

    assertThat(state.status().stop()).map(Stop::reason).contains(StopReason.PAUSED);
  }

  @Test
  void a_message_is_quarantined_only_where_the_pipeline_stands() {
    begin();
    var poison = message();
    on(
        new Event.Ended(
            new StoppedException(
                new Stop(StopReason.MESSAGE_REFUSED, "too large", "quarantine it").at(poison))));
    assertThat(state.activity()).isInstanceOf(WatchingStop.class);
    var other = new Event.Quarantine(UUID.randomUUID(), OPERATOR, new CompletableFuture<>());
    on(other);
    assertThat(last()).isEqualTo(new Effect.AnswerQuarantine(other, false));
    var asked = new Event.Quarantine(poison.id(), OPERATOR, new CompletableFuture<>());
    on(asked);
    assertThat(last()).isInstanceOf(Effect.PublishDeadLetter.class);
    on(new Event.DeadLettered(asked, state.standsAt(poison.id()).orElseThrow()));
    assertThat(last()).isInstanceOf(Effect.AddToQuarantine.class);
    on(new Event.Quarantined(asked));

    assertThat(effects).contains(new Effect.AnswerQuarantine(asked, true));
    assertThat(state.activity()).isInstanceOf(Looking.class);
  }

  @Test
  void a_message_that_was_published_meanwhile_is_not_quarantined() {
    begin();
    var poison = message();
    on(
        new Event.Ended(
            new StoppedException(
                new Stop(StopReason.MESSAGE_REFUSED, "too large", "quarantine it").at(poison))));
    var asked = new Event.Quarantine(poison.id(), OPERATOR, new CompletableFuture<>());
    var at = state.standsAt(poison.id()).orElseThrow();
    on(asked);
    on(new Event.Resume(OPERATOR));
    open();
    on(new Event.DeadLettered(asked, at));

    assertThat(last()).isEqualTo(new Effect.AnswerQuarantine(asked, false));
  }

  /** The end of the stream may be long in coming. */
  @Test
  void what_arrives_after_a_pause_before_the_stream_has_begun_makes_nobody_ready() {
    begin();
    open();
    on(new Event.Pause(OPERATOR));
    on(published(2));

    assertThat(state.phase()).isEqualTo(Phase.PREFLIGHT);
    assertThat(state.status().isReady()).isFalse();
  }

  @Test
  void a_pause_holds_although_a_message_comes_into_the_quarantine_after_it() {
    begin();
    var poison = message();
    on(
        new Event.Ended(
            new StoppedException(
                new Stop(StopReason.MESSAGE_REFUSED, "too large", "quarantine it").at(poison))));
    var asked = new Event.Quarantine(poison.id(), OPERATOR, new CompletableFuture<>());
    var at = state.standsAt(poison.id()).orElseThrow();
    on(asked);
    on(new Event.DeadLettered(asked, at));
    on(new Event.Pause(OTHER));
    on(new Event.Quarantined(asked));

    assertThat(last()).isEqualTo(new Effect.AnswerQuarantine(asked, true));
    assertThat(state.activity()).isInstanceOf(WatchingStop.class);
    assertThat(state.status().stop()).map(Stop::reason).contains(StopReason.PAUSED);
  }

  @Test
  void a_closed_pipeline_hears_nothing_any_more() {
    streaming();
    on(new Event.Close());
    on(new Event.Pause(OPERATOR));
    on(new Event.Ended(null));
    assertThat(state.activity()).isInstanceOf(Over.class);
    on(new Event.Resume(OPERATOR));

    assertThat(state.activity()).isInstanceOf(Over.class);
    assertThat(state.status().stop()).map(Stop::reason).contains(StopReason.SHUT_DOWN);
  }

  // ---- the fence

  @Test
  void an_event_of_another_generation_is_dropped() {
    var owner = new StateOwner(machine, moment(), "shop");
    owner.begin(moment());
    var first = owner.state().generation();
    owner.take(new Letter(first, new Event.Ended(away)), moment());
    var after = owner.state();

    owner.take(new Letter(first, new Event.Looked(0, new Lsn(7))), moment());
    owner.take(new Letter(first, published(9).event()), moment());

    assertThat(owner.state()).isSameAs(after);
  }

  @Test
  void each_look_is_a_generation_of_its_own_so_that_none_is_started_twice() {
    begin();
    on(new Event.Looked(4711, new Lsn(7)));
    var watching = state.generation();
    on(new Event.SlotWatched());

    assertThat(state.generation()).isGreaterThan(watching);
    assertThat(new Letter(watching, new Event.SlotWatched()).isCurrent(state)).isFalse();
  }

  @Test
  void a_batch_says_as_much_as_the_event_before_it_that_was_lost() {
    begin();
    on(new Event.Looked(0, new Lsn(7)));
    on(published(2));

    assertThat(state.activity()).isInstanceOf(Streaming.class);
    assertThat(state.phase()).isEqualTo(Phase.STREAMING);
  }

  @Test
  void a_watch_that_dies_is_started_again_but_not_at_once() {
    streaming();
    on(new Event.Pause(OPERATOR));
    on(new Event.Ended(null));
    on(new Event.Ended(new OutOfMemoryError()));

    assertThat(last())
        .isEqualTo(
            new Effect.WatchStop(
                state.status().stop().orElseThrow(), PipelineMachine.STOPPED_LOOK));
  }

  @Test
  void history_says_what_happened_and_the_status_how_it_is_mended() {
    begin();
    on(new Event.Ended(new StoppedException(MISSING)));

    assertThat(state.history().getLast().cause()).isEqualTo("slot-missing: there is no slot");
    assertThat(state.status().reason())
        .isEqualTo("slot-missing: there is no slot; to mend it: make one");
  }

  @Test
  void a_move_is_for_the_worker_that_publishes_and_for_nobody_else() {
    var asked = move(MOVE);
    begin();
    on(asked);
    assertThat(last()).isEqualTo(new Effect.AnswerMove(asked, false));
    open();
    on(published(2));
    on(asked);
    assertThat(last()).isEqualTo(new Effect.Move(asked));
    on(new Event.Pause(OPERATOR));
    on(asked);
    assertThat(last()).isEqualTo(new Effect.AnswerMove(asked, false));
  }

  @Test
  void how_a_move_gets_on_is_shown_and_only_what_takes_long_is_a_sign_of_life() {
    streaming();
    var silentAt = PipelineMachine.deadline(state);
    on(new Event.Moving("waits for the fence", false));
    assertThat(state.status().reason()).isEqualTo("waits for the fence");
    assertThat(state.status().isStreaming()).isTrue();
    assertThat(PipelineMachine.deadline(state)).isEqualTo(silentAt);
    on(new Event.Moving("has read 10 ids", true));
    assertThat(PipelineMachine.deadline(state).orElseThrow()).isGreaterThan(silentAt.orElseThrow());
  }

  @Test
  void an_arrival_may_take_as_long_as_it_gets_on() {
    begin();
    on(new Event.Looked(0, new Lsn(7)));
    var opened = last();
    for (var minute = 1; minute <= 3; minute++) {
      now += Duration.ofMinutes(1).toNanos();
      on(new Event.Moving("has read %d ids".formatted(minute), true));
      on(new Event.Timer());
      assertThat(state.status().reason()).isEqualTo("has read %d ids".formatted(minute));
      assertThat(last()).isEqualTo(opened);
    }
    passDeadline();

    assertThat(last()).isInstanceOf(Effect.End.class);
  }

  @Test
  void republishing_is_shown_while_messages_flow_and_the_next_batch_ends_it() {
    streaming();
    on(new Event.Republished(500));
    assertThat(state.status().reason())
        .isEqualTo("republishes what an operator requested; captured messages wait");
    assertThat(state.status().isStreaming()).isTrue();
    on(published(3));

    assertThat(state.status().reason()).isEqualTo("captures and publishes");
  }

  @Test
  void a_batch_does_not_hide_what_a_move_waits_for() {
    streaming();
    on(new Event.Moving("waits for the fence", false));
    on(published(3));

    assertThat(state.status().reason()).isEqualTo("waits for the fence");
  }

  @Test
  void a_release_is_shown_and_a_sign_of_life_and_the_next_batch_ends_it() {
    streaming();
    var silentAt = PipelineMachine.deadline(state).orElseThrow();
    on(new Event.Released(500));
    assertThat(PipelineMachine.deadline(state).orElseThrow()).isGreaterThan(silentAt);
    assertThat(state.status().reason()).contains("parked messages", "captured messages wait");
    assertThat(state.status().isStreaming()).isTrue();
    on(published(3));

    assertThat(state.status().reason()).isEqualTo("captures and publishes");
  }

  @Test
  void a_pipeline_that_has_left_goes_on_only_when_it_is_told_to_stay() {
    streaming();
    on(new Event.Ended(new StoppedException(LEFT)));
    assertThat(state.phase()).isEqualTo(Phase.STOPPED);
    assertThat(PipelineMachine.deadline(state)).isEmpty();
    assertThat(accept()).isFalse();
    var again = move(MOVE);
    on(again);
    assertThat(last()).isEqualTo(new Effect.AnswerMove(again, false));

    on(move(null));
    assertThat(last()).isInstanceOf(Effect.Look.class);
    on(new Event.Looked(0, new Lsn(7)));
    assertThat(last()).isEqualTo(new Effect.Stream(StopReason.MOVED, SILENCE));
  }

  @Test
  void who_is_stopped_for_another_reason_is_not_told_to_stay() {
    stoppedAhead();
    var asked = move(null);
    on(asked);
    assertThat(last()).isEqualTo(new Effect.AnswerMove(asked, false));
  }

  @Test
  void history_keeps_the_last_fifty() {
    streaming();
    for (int i = 0; i < State.HISTORY_MAX; i++) {
      on(new Event.Ended(away));
      passDeadline();
    }

    assertThat(state.history()).hasSize(State.HISTORY_MAX);
    assertThat(state.history().getLast().to()).isEqualTo(Phase.PREFLIGHT);
  }

  // ---- help

  private Moment moment() {
    return new Moment(Instant.EPOCH.plusNanos(now), now, 0);
  }

  private void begin() {
    took(machine.begin(state, moment()));
  }

  private void on(Event event) {
    now += 1_000_000;
    took(machine.on(state, event, moment()));
  }

  private void on(Letter letter) {
    on(letter.event());
  }

  private void passDeadline() {
    now = PipelineMachine.deadline(state).orElseThrow();
    took(machine.on(state, new Event.Timer(), moment()));
  }

  private void took(Decision decision) {
    state = decision.state();
    effects.addAll(decision.effects());
  }

  private Effect last() {
    return effects.getLast();
  }

  private void open() {
    on(new Event.Looked(0, new Lsn(7)));
    on(new Event.Opened(position(1)));
  }

  private void streaming() {
    begin();
    open();
    on(published(2));
    assertThat(state.activity()).isInstanceOf(Streaming.class);
  }

  private void stalled() {
    streaming();
    passDeadline();
    on(new Event.Ended(null));
    passDeadline();
  }

  private void stoppedAhead() {
    begin();
    on(new Event.Ended(new StoppedException(AHEAD)));
  }

  private static Event.Move move(@Nullable Move move) {
    return new Event.Move(move, OPERATOR, new CompletableFuture<>());
  }

  private boolean accept() {
    var answer = new Event.Accept(OPERATOR, new CompletableFuture<>());
    var before = effects.size();
    on(answer);
    return effects.subList(before, effects.size()).stream()
        .filter(Effect.AnswerAccept.class::isInstance)
        .map(Effect.AnswerAccept.class::cast)
        .findFirst()
        .orElseThrow()
        .done();
  }

  private long waitInMillis() {
    return Duration.ofNanos(PipelineMachine.deadline(state).orElseThrow() - now).toMillis();
  }

  private static Letter published(long beat) {
    return Letter.of(new Event.Published(1, Duration.ZERO, position(beat), true));
  }

  private static Event.Published repeated(long beat) {
    return new Event.Published(0, Duration.ZERO, position(beat), false);
  }

  private static Position position(long beat) {
    return new Position("shop", "1", 1, "", beat, new Lsn(beat), null);
  }

  private static Message message() {
    return new Message(
        TestMessages.newId(), "thing", "a", 1, "Moved", "{}", new MessageContext(null, null, null));
  }
}
