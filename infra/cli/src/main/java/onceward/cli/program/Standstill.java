package onceward.cli.program;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Tells on standard error why something that a command follows does not move; each reason once. For
 * one thread.
 */
public final class Standstill {

  /** A step that takes longer is worth a question. */
  private static final Duration QUIET = Duration.ofSeconds(5);

  private String told = "";
  private long done = -1;
  private Instant moved = Instant.now();

  /** Where a reason may come from, which is asked only when nothing moves. */
  @FunctionalInterface
  public interface Reason {

    /** Why nothing moves; empty if nobody can say. */
    Optional<String> find() throws InterruptedException;
  }

  /** Tells the reason, unless it is the one that was told last. */
  public void tell(Optional<String> reason) {
    if (reason.isPresent() && !reason.get().equals(told)) {
      StatusLine.note(reason.get());
    }
    told = reason.orElse("");
  }

  /**
   * Asks for the reason and tells it when nothing has been done for a while.
   *
   * @param doneNow how much is done
   */
  public void watch(long doneNow, Reason reason) throws InterruptedException {
    if (doneNow != done) {
      done = doneNow;
      moved = Instant.now();
      told = "";
    } else if (Duration.between(moved, Instant.now()).compareTo(QUIET) > 0) {
      tell(reason.find());
    }
  }

  /**
   * Why a service that has work does not do it: what the service says of the work, or what its
   * readiness says, or nothing but that it has not taken the work up.
   *
   * @param trouble what the service says of the work; empty if nothing
   * @param isTaken whether an instance of the service works on it
   * @param others the command that shows the other work of the service
   */
  public static Optional<String> ofService(
      ProgramClient service, String trouble, boolean isTaken, String others)
      throws InterruptedException {
    if (!trouble.isBlank()) {
      return Optional.of("Nothing moves: %s. It is tried again.".formatted(trouble));
    }
    List<String> reasons = service.unreadiness();
    if (!reasons.isEmpty()) {
      return Optional.of(
          "Nothing moves, and %s is not ready: %s"
              .formatted(service.name(), String.join("; ", reasons)));
    }
    return isTaken
        ? Optional.empty()
        : Optional.of(
            "Nothing moves: no instance of %s has taken it up. An instance works on one at a time; `%s` shows the others."
                .formatted(service.name(), others));
  }
}
