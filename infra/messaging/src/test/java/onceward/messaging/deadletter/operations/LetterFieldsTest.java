package onceward.messaging.deadletter.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import onceward.messaging.deadletter.job.Selection;
import onceward.messaging.operations.Fields;
import org.junit.jupiter.api.Test;

/** Goal: a request that is not understood chooses no letter, and says what is allowed. */
class LetterFieldsTest {

  @Test
  void criteria_choose_letters_and_all_alone_chooses_every_letter() {
    assertThat(
            LetterFields.selection(
                Fields.of(Map.of("group", "1f2e", "since", "2026-11-28T03:00:00Z", "limit", 5))))
        .returns("1f2e", Selection::group)
        .returns(Instant.parse("2026-11-28T03:00:00Z"), Selection::since)
        .hasToString("group 1f2e, since 2026-11-28T03:00:00Z, at most 5");
    assertThat(LetterFields.selection(Fields.of(Map.of("all", true)))).hasToString("all");
  }

  @Test
  void no_criterion_is_no_way_to_say_all() {
    assertThatThrownBy(() -> LetterFields.selection(Fields.of(null)))
        .hasMessageContaining("say which letters");
    assertThatThrownBy(() -> LetterFields.selection(Fields.of(Map.of("all", true, "type", "Sent"))))
        .hasMessageContaining("all, alone");
  }

  @Test
  void what_is_misspelt_is_refused_by_its_name() {
    assertThatThrownBy(() -> Fields.of(Map.of("grup", "1f2e")).allowing(Set.of("group", "all")))
        .hasMessage("there is no field 'grup'; allowed: all, group");
    assertThatThrownBy(() -> LetterFields.selection(Fields.of(Map.of("since", "yesterday"))))
        .hasMessage("since is 'yesterday'; allowed: a time in UTC such as 2026-11-28T03:00:00Z");
    assertThatThrownBy(() -> LetterFields.limits(Fields.of(Map.of("rate", "fast"))))
        .hasMessage("rate is 'fast'; allowed: a number");
    assertThatThrownBy(() -> LetterFields.selection(Fields.of(Map.of("all", true, "limit", 0))))
        .hasMessage("limit is 0; allowed: 1 to 100000");
    assertThatThrownBy(() -> LetterFields.limits(Fields.of(Map.of("attempts", 1.5))))
        .hasMessageContaining("a whole number");
    assertThatThrownBy(() -> Fields.of(Map.of("reason", "x".repeat(1_001))).text("reason"))
        .hasMessageContaining("a text of 1 to 1000 characters");
  }

  @Test
  void what_would_fill_the_memory_or_the_database_is_refused() {
    var ids = Collections.nCopies(101, "0195d3c2-0000-7000-8000-000000000000");
    assertThat(Fields.of(Map.of("ids", ids.subList(0, 100))).ids("ids", 100)).hasSize(100);
    assertThatThrownBy(() -> Fields.of(Map.of("ids", ids)).ids("ids", 100))
        .hasMessageContaining("a list of at most 100");
    assertThatThrownBy(() -> Fields.of(Map.of("letters", ids)).objects("letters", 100))
        .hasMessageContaining("a list of at most 100");
    assertThatThrownBy(
            () -> LetterFields.payload(Fields.of(Map.of("payload", "x".repeat(1024 * 1024 + 1)))))
        .hasMessageContaining("a text of 1 to 1048576 characters");
    assertThatThrownBy(
            () -> LetterFields.selection(Fields.of(Map.of("all", true, "limit", 100_001))))
        .hasMessage("limit is 100001; allowed: 1 to 100000");
    assertThatThrownBy(() -> LetterFields.selection(Fields.of(Map.of("type", "a\0b"))))
        .hasMessageContaining("without NUL");
  }

  @Test
  void who_asks_is_in_the_body_or_in_the_header_or_unknown() {
    assertThat(Fields.of(Map.of("operator", "ada")).operator("grace")).isEqualTo("ada");
    assertThat(Fields.of(null).operator(" grace ")).isEqualTo("grace");
    assertThat(Fields.of(null).operator(null)).isEqualTo("unknown");
    assertThatThrownBy(() -> Fields.of(null).operator("a\nb"))
        .hasMessageContaining("none of control");
  }
}
