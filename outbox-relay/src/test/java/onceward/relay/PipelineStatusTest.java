package onceward.relay;

import static onceward.relay.PipelineState.BACKING_OFF;
import static onceward.relay.PipelineState.PREFLIGHT;
import static onceward.relay.PipelineState.STANDBY;
import static onceward.relay.PipelineState.STREAMING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import onceward.relay.stop.Stop;
import onceward.relay.stop.StopReason;
import org.junit.jupiter.api.Test;

class PipelineStatusTest {

  private final PipelineStatus status = new PipelineStatus("shop");

  @Test
  void a_streaming_pipeline_is_ready() {
    assertThat(status.now().isReady()).isFalse();
    status.become(STREAMING, "flows");
    assertThat(status.now().isReady()).isTrue();
    status.become(BACKING_OFF, "no Kafka");
    assertThat(status.now().isReady()).isFalse();
    assertThat(status.now().reason()).isEqualTo("no Kafka");
  }

  @Test
  void a_way_that_the_states_do_not_know_is_refused() {
    status.become(BACKING_OFF, "no Kafka");

    assertThatThrownBy(() -> status.become(STREAMING, "flows"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("pipeline shop: no way from BACKING_OFF to STREAMING");
  }

  @Test
  void one_that_stands_by_is_ready() {
    status.become(STANDBY, "another holds the slot");

    assertThat(status.now().isReady()).isTrue();
  }

  @Test
  void a_stopped_one_goes_on_by_way_of_the_preflight_only() {
    status.stop(new Stop(StopReason.SLOT_MISSING, "there is no slot", "make one"));

    assertThat(status.now().isReady()).isFalse();
    assertThat(status.now().reason())
        .isEqualTo("slot-missing: there is no slot; to mend it: make one");
    assertThatThrownBy(() -> status.become(STREAMING, "flows"))
        .isInstanceOf(IllegalStateException.class);
    status.become(PREFLIGHT, "mended");
    assertThat(status.now().stop()).isEmpty();
  }

  @Test
  void stopping_again_for_the_same_reason_is_no_change() {
    var stop = new Stop(StopReason.SLOT_MISSING, "there is no slot", "make one");
    status.stop(stop);
    var first = status.now();

    status.stop(stop);

    assertThat(status.now()).isSameAs(first);
  }

  @Test
  void who_believes_it_elsewhere_moves_nothing() {
    status.become(BACKING_OFF, "no Kafka");

    status.becomeFrom(PREFLIGHT, STREAMING, "flows");

    assertThat(status.now().state()).isEqualTo(BACKING_OFF);
  }
}
