package onceward.cli.demo;

import java.io.Console;
import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;

/** Shows the progress of long work: a bar on a terminal, otherwise a few lines. Thread-safe. */
final class Progress implements AutoCloseable {

  private static final int LINES = 5;

  private final PrintStream out;
  private final String name;
  private final int total;
  private final @Nullable ProgressBar bar;
  private final AtomicInteger done = new AtomicInteger();

  Progress(PrintStream out, String name, int total) {
    this.out = out;
    this.name = name;
    this.total = total;
    this.bar = onTerminal() ? bar(name, total) : null;
  }

  void step() {
    int now = done.incrementAndGet();
    if (bar != null) {
      bar.step();
    } else if (now == total || now % Math.max(1, total / LINES) == 0) {
      out.println("  " + name + " " + now + "/" + total);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }

  private static boolean onTerminal() {
    return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
  }

  private static ProgressBar bar(String name, int total) {
    return new ProgressBarBuilder().setTaskName(name).setInitialMax(total).build();
  }
}
