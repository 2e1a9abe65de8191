package onceward.cli.ledger;

import java.io.Console;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import onceward.ledger.source.Progress;
import org.jspecify.annotations.Nullable;

/**
 * Shows on standard error the progress of a comparison: a bar with rate and remaining time on a
 * terminal, otherwise a line when something else begins. For one thread.
 */
public final class ProgressLine implements Progress, AutoCloseable {

  private final boolean isTerminal =
      Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
  private @Nullable String present;
  private @Nullable ProgressBar bar;

  @Override
  public void report(String work, long done, long total) {
    if (!work.equals(present)) {
      close();
      present = work;
      if (isTerminal) {
        bar = bar(work, total);
      } else {
        System.err.println(total > 1 ? "%s: about %,d".formatted(work, total) : work);
      }
    }
    if (bar != null) {
      bar.maxHint(total);
      bar.stepTo(done);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }

  private ProgressBar bar(String work, long total) {
    return new ProgressBarBuilder()
        .setTaskName(work)
        .setInitialMax(total)
        .showSpeed()
        .clearDisplayOnFinish()
        .build();
  }
}
