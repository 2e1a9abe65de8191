package onceward.cli.stack;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import onceward.localstack.LocalStack;
import onceward.localstack.process.Waiting;

/** Stays with a stack until it is stopped, and reports when a process ends or runs again. */
final class Foreground {

  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration EVER = Duration.ofDays(10_000);

  private final LocalStack stack;
  private final Set<String> reportedDead = new HashSet<>();

  Foreground(LocalStack stack) {
    this.stack = stack;
  }

  /** Returns when another command stopped the stack; a signal to end stops it from here. */
  int stay() {
    Thread stop = new Thread(this::stop, "stop-stack");
    Runtime.getRuntime().addShutdownHook(stop);
    Waiting.until(this::ended, EVER, LOOK);
    Runtime.getRuntime().removeShutdownHook(stop);
    say("The stack was stopped by another command.");
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

  private void stop() {
    say("");
    say("Stopping.");
    stack.close();
    say("Stopped.");
  }

  private void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
