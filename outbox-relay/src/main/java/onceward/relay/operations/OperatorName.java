package onceward.relay.operations;

import io.micronaut.http.HttpStatus;
import io.micronaut.http.exceptions.HttpStatusException;
import java.util.Optional;
import onceward.management.AdmittedCaller;
import onceward.relay.pipeline.Operator;
import org.jspecify.annotations.Nullable;

/** Who asks: as the body of the call says, or else its header. */
final class OperatorName {

  private static final int LENGTH_MAX = 128;

  private OperatorName() {}

  /**
   * Who gives the command that the current thread carries out: the name as given, and what the
   * management port knows of the caller.
   *
   * @throws HttpStatusException as {@link #of}
   */
  static Operator operator(@Nullable String name) {
    Optional<AdmittedCaller> caller = AdmittedCaller.current();
    return new Operator(
        of(name),
        caller.map(AdmittedCaller::role).orElse(null),
        caller.map(AdmittedCaller::address).orElse(null));
  }

  /**
   * The name to be noted; {@code unknown} if none is given.
   *
   * @throws HttpStatusException if the name is too long, or holds characters of control
   */
  static String of(@Nullable String operator) {
    var given =
        operator == null || operator.isBlank()
            ? AdmittedCaller.current().flatMap(AdmittedCaller::operator).orElse("unknown")
            : operator;
    var by = given.strip();
    if (by.length() > LENGTH_MAX || by.chars().anyMatch(Character::isISOControl)) {
      throw new HttpStatusException(
          HttpStatus.BAD_REQUEST,
          "the operator's name is of %d characters; allowed: 1 to %d, none of control"
              .formatted(by.length(), LENGTH_MAX));
    }
    return by;
  }
}
