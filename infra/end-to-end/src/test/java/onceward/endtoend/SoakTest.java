package onceward.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Goal: {@code verify} raises no alarm about a system that nobody has touched, however often its
 * programs are killed. Method: people sign up all the time; a program is killed and started again
 * about every 20 s; {@code verify} runs every minute, and with {@code --deep} once all is at rest.
 * {@code infra/end-to-end/soak} runs this; nothing else does.
 */
@EnabledIfSystemProperty(named = "soak.minutes", matches = "[1-9][0-9]*")
class SoakTest {

  private static final Duration LENGTH = Duration.ofMinutes(Integer.getInteger("soak.minutes", 30));
  private static final long SEED = Long.getLong("soak.seed", System.nanoTime());
  private static final Duration KILL_EVERY = Duration.ofSeconds(20);
  private static final Duration VERIFY_EVERY = Duration.ofMinutes(1);
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);
  private static final List<String> KILLED =
      List.of("outbox-relay", "user-service", "auth-service");

  private static final int HOLDS = 0;

  /** True of a program that was killed and has not come back yet. */
  private static final int STANDS_STILL = 4;

  private final long start = System.nanoTime();
  private final Random random = new Random(SEED);
  private final Map<String, Integer> kills = new TreeMap<>();
  private final List<Long> verifyMillis = new ArrayList<>();
  private volatile boolean isEnding;

  @Test
  void nothing_is_reported_as_broken_of_a_system_that_is_only_killed() throws Exception {
    RunningSystem.stack();
    System.out.printf("soak: %d min, -Dsoak.seed=%d%n", LENGTH.toMinutes(), SEED);
    try (var crowd = new Crowd(RunningSystem.client());
        var verifier = Executors.newSingleThreadExecutor()) {
      var verifying = verifier.submit(this::verifyUntilTheEnd);
      try {
        while (!isOver()) {
          var next = System.nanoTime() + KILL_EVERY.toNanos();
          killOne();
          awaitUntil(next, verifying);
        }
      } finally {
        isEnding = true;
      }
      verifying.get();
      var people = crowd.stop();
      Invariants.hold();
      var deep = verify(Set.of(HOLDS), "--deep");
      var databases = RunningSystem.databases();
      System.out.printf(
          "soak: no alarm in %d s; %d people, %d sign-ups ended by their deadline, %d messages, kills %s, %d comparisons of %d ms at most, %d calls made again%n%s%n",
          Duration.ofNanos(System.nanoTime() - start).toSeconds(),
          people.size(),
          crowd.expired().size(),
          databases.count("auth", "select count(*) from outbox")
              + databases.count("user", "select count(*) from outbox"),
          kills,
          verifyMillis.size(),
          verifyMillis.stream().mapToLong(Long::longValue).max().orElse(0),
          crowd.refused(),
          deep);
    }
  }

  private boolean isOver() {
    return isEnding || System.nanoTime() - start >= LENGTH.toNanos();
  }

  private void killOne() {
    var name = KILLED.get(random.nextInt(KILLED.size()));
    RunningSystem.program(name).kill();
    RunningSystem.restart(name);
    kills.merge(name, 1, Integer::sum);
  }

  /** Returns early when the verifier has ended. */
  private static void awaitUntil(long next, Future<?> verifying) throws Exception {
    do {
      if (verifying.isDone()) {
        // An alarm ends the test here.
        verifying.get();
        return;
      }
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    } while (System.nanoTime() < next);
  }

  private Void verifyUntilTheEnd() throws Exception {
    while (!isOver()) {
      var next = System.nanoTime() + VERIFY_EVERY.toNanos();
      verify(Set.of(HOLDS, STANDS_STILL));
      verifyMillis.add(
          Duration.ofNanos(System.nanoTime() - next + VERIFY_EVERY.toNanos()).toMillis());
      while (!isOver() && System.nanoTime() < next) {
        LockSupport.parkNanos(LOOK_EVERY.toNanos());
      }
    }
    return null;
  }

  private static String verify(Set<Integer> allowed, String... options)
      throws IOException, InterruptedException {
    var words = new ArrayList<>(List.of("verify"));
    words.addAll(List.of(options));
    var verified = CommandLine.run(words.toArray(String[]::new));
    assertThat(verified.exitCode()).as(verified.output()).isIn(allowed);
    return verified.output();
  }
}
