package onceward.cli.demo;

import java.time.Duration;
import java.util.Optional;

/**
 * What came of one sign-up.
 *
 * @param post how long the answer to the sign-up took
 * @param settled how long, from that answer on, until the account was no longer pending
 * @param detail what went wrong, when it did
 */
record SignUpResult(
    Outcome outcome, Duration post, Optional<Duration> settled, Optional<String> detail) {

  static SignUpResult refused(Outcome outcome, Duration post) {
    return new SignUpResult(outcome, post, Optional.empty(), Optional.empty());
  }

  static SignUpResult failed(Duration post, String detail) {
    return new SignUpResult(Outcome.ERROR, post, Optional.empty(), Optional.of(detail));
  }
}
