package onceward.cli.stack;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import onceward.localstack.LocalStack;
import onceward.localstack.process.Waiting;

/**
 * Stays with a stack until it is stopped, and reports when a process ends or runs again. From the
 * beginning, a signal to end stops the stack.
 */
final class Foreground {

  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration EVER = Duration.ofDays(10_000);

  private final LocalStack stack;
  private final Thread stop;
  private final Set<String> reportedDead = new HashSet<>();

  Foreground(LocalStack stack) {
    this.stack = stack;
    this.stop = new Thread(() -> stop(stack), "stop-stack");
    Runtime.getRuntime().addShutdownHook(stop);
  }

  /** Returns when the stack was stopped. */
  int stay() {
    Waiting.until(this::ended, EVER, LOOK);
    try {
      Runtime.getRuntime().removeShutdownHook(stop);
      say("The stack was stopped by another command.");
    } catch (IllegalStateException endingAlready) {
      // The signal came here, and the hook says so.
    }
    return 0;
  }

  private boolean ended() {
    if (!stack.isRecorded()) {
      return true;
    }
    Set<String> dead = new HashSet<>(stack.died());
    reportedDead.stream().filter(name -> !dead.contains(name)).forEach(this::reportBack);
    reportedDead.retainAll(dead);
    dead.stream().filter(reportedDead::add).forEach(this::reportDead);
    return false;
  }

  private void reportBack(String name) {
    say(name + " runs again.");
  }

  private void reportDead(String name) {
    say(
        "%s ended; everything else keeps running. Start it again from another terminal with: %s   Its log: %s"
            .formatted(name, stack.commands().of("up"), stack.log(name)));
  }

  private static void stop(LocalStack stack) {
    say("");
    say("Stopping.");
    stack.close();
    say("Stopped.");
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
