package onceward.relay;

import static onceward.relay.PipelineState.BACKING_OFF;
import static onceward.relay.PipelineState.STARTING;
import static onceward.relay.PipelineState.STOPPED;
import static onceward.relay.PipelineState.STREAMING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PipelineStatusTest {

  private final PipelineStatus status = new PipelineStatus("shop");

  @Test
  void only_a_streaming_pipeline_is_ready() {
    assertThat(status.now().ready()).isFalse();
    status.become(STREAMING, "flows");
    assertThat(status.now().ready()).isTrue();
    status.become(BACKING_OFF, "no Kafka");
    assertThat(status.now().ready()).isFalse();
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
  void stopped_is_the_end() {
    status.become(STOPPED, "done");

    assertThatThrownBy(() -> status.become(STARTING, "again"))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void who_believes_it_elsewhere_moves_nothing() {
    status.become(BACKING_OFF, "no Kafka");

    status.becomeFrom(STARTING, STREAMING, "flows");

    assertThat(status.now().state()).isEqualTo(BACKING_OFF);
  }
}
