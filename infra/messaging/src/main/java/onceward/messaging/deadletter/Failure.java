package onceward.messaging.deadletter;

/**
 * What is known of why a message could not be handled.
 *
 * @param exception kinds of exceptions and where they were thrown; never their words
 * @param stackDigest the same for failures at the same place, to group letters by
 * @param attempts how often it was tried; 0 if a rule kept it out
 */
public record Failure(Reason reason, String exception, String stackDigest, int attempts) {}
