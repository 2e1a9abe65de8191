package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import onceward.relay.stop.StopReason;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whoever is woken by a stop finds a page of its name. */
class RunbookTest {

  private static final Path RUNBOOK = Path.of("..", "infra", "docs", "runbook");

  @ParameterizedTest
  @EnumSource(StopReason.class)
  void every_reason_has_a_page_and_a_line(StopReason reason) throws IOException {
    assertThat(RUNBOOK.resolve(reason.code() + ".md"))
        .content()
        .startsWith("# " + reason.code() + "\n")
        .contains("## What to do");
    assertThat(Files.readString(RUNBOOK.resolve("README.md")))
        .contains("[%1$s](%1$s.md)".formatted(reason.code()));
  }
}
