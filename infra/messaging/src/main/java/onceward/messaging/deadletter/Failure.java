package onceward.messaging.deadletter;

import onceward.messaging.handling.FailureKinds;
import org.jspecify.annotations.Nullable;

/**
 * Why a message could not be handled.
 *
 * @param exception kinds of exceptions and where they were thrown; never their words
 * @param exceptionClass the class of the exception that the handler threw, by its full name
 * @param stackDigest the same for failures at the same place, to group letters by
 * @param attempts how often it was tried; 0 if a rule kept it out
 * @param stackTrace the exceptions' words and where they come from, of bounded length; may quote
 *     payloads, so it is kept only where that is allowed, and null elsewhere
 */
public record Failure(
    Reason reason,
    String exception,
    String exceptionClass,
    String stackDigest,
    int attempts,
    @Nullable String stackTrace) {

  /** Describes a failure for a dead letter of this reason. */
  public static Failure of(Throwable failure, Reason reason, int attempts) {
    return new Failure(
        reason,
        FailureKinds.describe(failure),
        failure.getClass().getName(),
        FailureKinds.digest(failure),
        attempts,
        FailureKinds.print(failure));
  }

  /** Describes a failure that is not transient, by its own reason or as poison. */
  public static Failure lasting(Throwable failure, int attempts) {
    return of(failure, Reason.lasting(failure).orElse(Reason.POISON), attempts);
  }

  /** For logs: without the words of exceptions. */
  @Override
  public String toString() {
    return "%s after %d attempts: %s".formatted(reason.text(), attempts, exception);
  }
}
