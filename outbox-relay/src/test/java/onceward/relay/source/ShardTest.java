package onceward.relay.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ShardTest {

  private static final Shard WHOLE = Shard.whole("shop_outbox", "outbox");
  private static final Shard PART = new Shard(2, 4, "shop_outbox", "outbox");

  @Test
  void the_pipeline_of_all_rows_is_called_as_configured_and_filters_nothing() {
    assertThat(WHOLE)
        .returns("shop_outbox", Shard::slot)
        .returns("outbox", Shard::publication)
        .returns("shop", shard -> shard.pipeline("shop"))
        .returns("shop-0", shard -> shard.configured("shop-0"))
        .returns(false, Shard::isPart);
    assertThat(WHOLE.filter("text")).isEmpty();
  }

  @Test
  void a_part_has_names_of_its_own() {
    assertThat(PART)
        .returns("shop_outbox_2", Shard::slot)
        .returns("outbox_2", Shard::publication)
        .returns("shop-2", shard -> shard.pipeline("shop"))
        .returns("shop", shard -> shard.configured("shop-2"))
        .returns(true, Shard::isPart)
        .hasToString("shard 2 of 4");
  }

  @Test
  void it_filters_by_the_hash_of_the_type_that_the_aggregates_id_has() {
    assertThat(PART.filter("text")).contains("((COALESCE(hashtext(aggregateid), 0) & 3) = 2)");
    assertThat(PART.filter(0, "character varying"))
        .contains("((COALESCE(hashtext((aggregateid)::text), 0) & 3) = 0)");
    assertThat(PART.filter("uuid")).contains("((COALESCE(uuid_hash(aggregateid), 0) & 3) = 2)");
    assertThat(PART.filter("citext")).isEmpty();
  }

  static IntStream counts() {
    return Shard.COUNTS.stream().mapToInt(count -> count).filter(count -> count > 1);
  }

  @ParameterizedTest
  @MethodSource("counts")
  void filters_of_parts_are_known_from_those_of_others(int count) {
    for (var type : Shard.types()) {
      for (var number = 0; number < count; number++) {
        assertThat(new Shard(number, count, "s", "p").filter(type))
            .hasValueSatisfying(filter -> assertThat(Shard.isFilter(filter)).isTrue());
      }
    }
    assertThat(Shard.isFilter("(aggregateid = 'a'::text)")).isFalse();
    assertThat(Shard.isFilter("((COALESCE(hashtext(type), 0) & 3) = 2)")).isFalse();
  }
}
