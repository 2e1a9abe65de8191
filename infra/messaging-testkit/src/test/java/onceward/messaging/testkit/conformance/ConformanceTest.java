package onceward.messaging.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import onceward.messaging.testkit.SuiteRun;
import org.junit.jupiter.api.Test;

/** Goal: a sound implementation passes the suites, and each fault is found by the test about it. */
class ConformanceTest {

  @Test
  void a_sound_outbox_passes() {
    assertThat(SuiteRun.of(MemoryOutboxSuites.Sound.class)).isEqualTo(new SuiteRun(7, List.of()));
  }

  @Test
  void an_outbox_that_shows_a_message_before_the_commit_fails() {
    assertThat(SuiteRun.of(MemoryOutboxSuites.Early.class).failed())
        .containsExactlyInAnyOrder(
            "what_is_appended_is_not_there_before_the_commit",
            "what_is_appended_in_a_transaction_that_rolls_back_is_never_there");
  }

  @Test
  void an_outbox_that_accepts_a_message_without_a_transaction_fails() {
    assertThat(SuiteRun.of(MemoryOutboxSuites.Loose.class).failed())
        .containsExactly("appending_without_a_transaction_is_refused_in_words_that_help");
  }

  @Test
  void an_outbox_that_forgets_the_cause_fails() {
    assertThat(SuiteRun.of(MemoryOutboxSuites.Forgetful.class).failed())
        .containsExactly("a_message_appended_while_another_is_handled_names_it_as_its_cause");
  }

  @Test
  void an_outbox_with_ids_that_tell_no_order_fails() {
    assertThat(SuiteRun.of(MemoryOutboxSuites.Random.class).failed())
        .contains("what_is_appended_in_a_transaction_that_commits_is_there_as_it_was_appended");
  }

  @Test
  void an_outbox_that_may_be_changed_fails() {
    assertThat(SuiteRun.of(MemoryOutboxSuites.Changeable.class).failed())
        .containsExactly("what_is_appended_can_be_neither_changed_nor_deleted");
  }

  @Test
  void a_sound_inbox_passes() {
    assertThat(SuiteRun.of(MemoryInboxSuites.Sound.class)).isEqualTo(new SuiteRun(5, List.of()));
  }

  @Test
  void an_inbox_that_looks_and_then_claims_fails() {
    assertThat(SuiteRun.of(MemoryInboxSuites.Racing.class).failed())
        .containsExactly("of_16_threads_that_claim_at_once_exactly_one_commits_a_claim");
  }

  @Test
  void an_inbox_that_keeps_a_claim_that_rolled_back_fails() {
    assertThat(SuiteRun.of(MemoryInboxSuites.Eager.class).failed())
        .contains("a_claim_that_rolled_back_can_be_made_again_and_one_that_committed_can_not");
  }

  @Test
  void an_inbox_that_does_not_care_who_claims_fails() {
    assertThat(SuiteRun.of(MemoryInboxSuites.Shared.class).failed())
        .containsExactly("two_consumers_claim_the_same_message_each");
  }
}
