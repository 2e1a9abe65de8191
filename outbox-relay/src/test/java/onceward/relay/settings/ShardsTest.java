package onceward.relay.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One setting makes several pipelines, whose names and slots belong to nobody else. */
class ShardsTest {

  @Test
  void one_is_called_as_configured() {
    var shop = pipeline("shop", "shop", "1");

    assertThat(shop.shardCount()).isEqualTo(1);
    assertThat(shop.captureSettings(0).pipeline()).isEqualTo("shop");
    assertThat(shop.captureSettings(0).database().slot()).isEqualTo("shop");
    assertThat(shop.captureSettings(0).database().publication()).isEqualTo("outbox");
  }

  @Test
  void of_several_each_has_a_name_a_slot_and_a_publication_with_its_number() {
    var shop = pipeline("shop", "shop", "16");

    assertThat(shop.shardCount()).isEqualTo(16);
    assertThat(shop.captureSettings(15).pipeline()).isEqualTo("shop-15");
    assertThat(shop.captureSettings(15).database().slot()).isEqualTo("shop_15");
    assertThat(shop.captureSettings(15).database().publication()).isEqualTo("outbox_15");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "3", "32", "-2", "many"})
  void another_number_is_refused(String shards) {
    var shop = pipeline("shop", "shop", shards);

    assertThatThrownBy(shop::shardCount)
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessage(
            "relay.pipelines.shop.shards is '%s'; allowed: 1, 2, 4, 8, 16".formatted(shards));
  }

  @Test
  void a_name_that_the_server_would_cut_off_is_refused() {
    var name = "s".repeat(61);
    var shop = pipeline("shop", name, "2");

    assertThatThrownBy(() -> shop.captureSettings(0))
        .hasMessage(
            "relay.pipelines.shop.slot is '%s'; allowed: at most 60 characters, with the number of a shard behind it"
                .formatted(name));
    assertThatCode(() -> pipeline("shop", name, "1").captureSettings(0)).doesNotThrowAnyException();
  }

  @Test
  void shards_that_do_not_fit_together_are_refused() {
    var pipelines = List.of(pipeline("a", "shop", "2"), pipeline("b", "shop", "4"));

    assertThatThrownBy(() -> Shards.requireApart(pipelines))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessage(
            "relay.pipelines.b.shards is 4 and relay.pipelines.a.shards is 2, so both have a slot shop_0; give one of them another name or slot");
  }

  @Test
  void a_shard_that_is_called_as_another_pipeline_is_refused() {
    var pipelines = List.of(pipeline("shop", "shop", "2"), pipeline("shop-1", "other", "1"));

    assertThatThrownBy(() -> Shards.requireApart(pipelines))
        .hasMessageContaining("so both have a pipeline shop-1");
  }

  @Test
  void two_pipelines_of_one_slot_that_are_no_shards_are_left_alone() {
    var pipelines = List.of(pipeline("a", "shop", "1"), pipeline("b", "shop", "1"));

    assertThatCode(() -> Shards.requireApart(pipelines)).doesNotThrowAnyException();
  }

  private static PipelineConfiguration pipeline(String name, String slot, String shards) {
    return new PipelineConfiguration(
        name,
        "db",
        "5432",
        "shop",
        "relay",
        "x",
        null,
        null,
        null,
        null,
        null,
        "public.outbox",
        "public",
        slot,
        "outbox",
        "/shop",
        "{aggregatetype}.events",
        null,
        null,
        "5s",
        "100ms",
        "5ms",
        "512",
        "4194304",
        "at-least-once",
        "pgoutput",
        shards);
  }
}
