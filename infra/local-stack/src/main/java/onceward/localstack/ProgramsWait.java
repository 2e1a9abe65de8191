package onceward.localstack;

import static java.util.stream.Collectors.joining;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import onceward.localstack.process.Condition;
import onceward.localstack.process.StackException;
import onceward.localstack.process.Waiting;
import org.jspecify.annotations.Nullable;

/**
 * Waits until programs are ready, all at the same time, and ends the wait when a server that they
 * need has ended: such a program would never become ready. For one use.
 */
final class ProgramsWait {

  /** What lasts longer is not mended by the start of another program. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  /** How often a program that is not ready is asked why. */
  private static final Duration ASK = Duration.ofSeconds(1);

  private final List<Watched> servers;
  private final Duration limit;
  private final Duration grace;
  private final Consumer<String> progress;
  private final AtomicReference<@Nullable EndedException> ended = new AtomicReference<>();
  private final List<One> ones = new ArrayList<>();

  /** A program that has become ready may mend what another one says. */
  private volatile long readyLast = System.nanoTime();

  /**
   * @param servers what the programs need
   * @param limit how long the programs may take to become ready
   * @param progress gets a line for each program that takes long
   */
  ProgramsWait(List<Watched> servers, Duration limit, Consumer<String> progress) {
    this(servers, limit, GRACE, progress);
  }

  /**
   * @param grace how long a program may say that an operator has to act, and be waited for
   */
  ProgramsWait(List<Watched> servers, Duration limit, Duration grace, Consumer<String> progress) {
    this.servers = servers;
    this.limit = limit;
    this.grace = grace;
    this.progress = progress;
  }

  /**
   * Returns when every program is ready.
   *
   * @param ready gets the name of each program when it is ready
   * @throws EndedException as soon as a program or a server has ended; names the server if both
   *     have
   * @throws StuckException as soon as only programs are not ready that an operator has to mend
   * @throws StackException when programs are not ready in time: names all of them
   */
  void until(List<Watched> programs, Consumer<String> ready) {
    Together together = new Together();
    ones.addAll(programs.stream().map(One::new).toList());
    ones.forEach(one -> together.start(() -> one.await(ready)));
    together.join();
    // A program that was ready early may have ended since.
    ones.forEach(One::noticeEnd);
    EndedException end = ended.get();
    if (end != null) {
      throw end;
    }
    requireReady();
  }

  private void requireReady() {
    List<One> unready = ones.stream().filter(one -> one.last != Condition.READY).toList();
    if (!unready.isEmpty() && unready.stream().allMatch(One::isStuck)) {
      throw new StuckException(
          unready.stream().map(One::complaint).collect(Collectors.joining("\n")));
    }
    if (!unready.isEmpty()) {
      throw new StackException(
          Stream.concat(
                  unready.stream().map(One::complaint), servers.stream().flatMap(this::silent))
              .collect(Collectors.joining("\n")));
    }
  }

  /** Names a server that runs and does not answer: it may be why the programs are not ready. */
  private Stream<String> silent(Watched server) {
    return server.condition().get() == Condition.READY
        ? Stream.empty()
        : Stream.of(
            "%s runs at %s, and does not answer within %d s."
                .formatted(server.name(), server.address(), Readiness.CALL_LIMIT.toSeconds()));
  }

  /**
   * What only an operator can mend.
   *
   * @param since the nanosecond in which the program said so first
   */
  private record Named(String sentence, long since) {}

  private final class One {

    private final Watched program;
    private final long start = System.nanoTime();
    private boolean told;
    private long asked = start;
    private volatile @Nullable Named named;
    private volatile Condition last = Condition.NOT_READY;

    One(Watched program) {
      this.program = program;
    }

    Condition await(Consumer<String> ready) {
      Waiting.until(this::isOver, limit, Readiness.POLL);
      if (last == Condition.READY) {
        ready.accept(program.name());
      }
      return last;
    }

    private boolean isOver() {
      noticeEnd();
      if (ended.get() != null) {
        return true;
      }
      var now = program.condition().get();
      if (now == Condition.READY) {
        // In this order, for those that look whether all are settled.
        readyLast = System.nanoTime();
        last = now;
        return true;
      }
      last = now;
      tell();
      ask();
      return ones.stream().allMatch(one -> one.last == Condition.READY || one.named != null)
          && ones.stream().allMatch(one -> one.last == Condition.READY || one.isStuck());
    }

    /** Whether an operator has to act, and no program is starting any more that could. */
    private boolean isStuck() {
      var reason = named;
      return reason != null
          && System.nanoTime() - Math.max(reason.since, readyLast) >= grace.toNanos();
    }

    /** Notes why the program is not ready, if only an operator can mend that. */
    private void ask() {
      long now = System.nanoTime();
      if (last != Condition.NOT_READY || now - asked < ASK.toNanos()) {
        return;
      }
      asked = now;
      List<String> reasons = program.reasons().get();
      var before = named;
      named =
          HealthReasons.page(reasons)
              .map(page ->
                  new Named(
                      "%s; read %s".formatted(String.join("; ", reasons), page),
                      before == null ? now : before.since))
              .orElse(null);
    }

    private void noticeEnd() {
      Stream.concat(servers.stream(), Stream.of(program))
          .filter(watched -> !watched.alive().getAsBoolean())
          .findFirst()
          .ifPresent(dead -> ended.compareAndSet(null, end(dead)));
    }

    private void tell() {
      if (!told && System.nanoTime() - start > program.usual().toNanos()) {
        told = true;
        progress.accept(
            "%-13s is not ready; waiting up to %d s%s"
                .formatted(program.name(), limit.toSeconds(), reasons()));
      }
    }

    private EndedException end(Watched dead) {
      String sentence =
          dead.equals(program)
              ? "%s ended before it was ready."
              : "%s ended while the programs that need it were starting.";
      return new EndedException(
          dead.name(), sentence.formatted(dead.name()) + dead.lastLines().get());
    }

    private String reasons() {
      return program.reasons().get().stream().map(reason -> "; " + reason).collect(joining());
    }

    private String complaint() {
      var reason = named;
      if (reason != null && isStuck()) {
        return "%s does not become ready before an operator acts: %s"
            .formatted(program.name(), reason.sentence);
      }
      return "%s is not ready after %d s: %s %s%s.%s"
          .formatted(
              program.name(),
              limit.toSeconds(),
              program.address(),
              last == Condition.SILENT
                  ? "does not answer within %d s".formatted(Readiness.CALL_LIMIT.toSeconds())
                  : "does not answer 200",
              reasons(),
              program.lastLines().get());
    }
  }
}
