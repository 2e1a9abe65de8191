package onceward.cli.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Set;
import onceward.localstack.Replacement;
import org.junit.jupiter.api.Test;

/** Which server a comparison must not read. */
class ReadServerTest {

  private static final Replacement REPLACED = new Replacement(1, 2, "auth_outbox");
  private static final String OWN = "127.0.0.1:25432";

  @Test
  void one_that_was_replaced_is_named_with_the_option_that_names_the_other() {
    assertThat(ReadServer.refusal(() -> Optional.of(REPLACED), OWN, Set.of("10.0.0.2:5432")))
        .hasValueSatisfying(why ->
            assertThat(why)
                .startsWith(
                    "the relay reads from 10.0.0.2:5432, and not from 127.0.0.1:25432: the PostgreSQL server of this stack is on timeline 1")
                .contains("--config FILE: infra/docs/runbook/verify.md"));
  }

  @Test
  void so_is_one_whose_relay_does_not_answer() {
    assertThat(ReadServer.refusal(() -> Optional.of(REPLACED), OWN, Set.of())).isPresent();
  }

  @Test
  void one_that_was_not_replaced_is_compared() {
    assertThat(ReadServer.refusal(Optional::empty, OWN, Set.of("10.0.0.2:5432"))).isEmpty();
  }

  @Test
  void one_that_the_relay_reads_is_compared_and_nobody_is_asked() {
    assertThat(
            ReadServer.refusal(
                () -> {
                  throw new AssertionError("asked");
                },
                OWN,
                Set.of(OWN)))
        .isEmpty();
  }
}
