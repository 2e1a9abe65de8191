package onceward.relay.operations;

import io.micronaut.http.HttpStatus;
import io.micronaut.http.exceptions.HttpStatusException;
import org.jspecify.annotations.Nullable;

/** Who asks, as the command line says. */
final class OperatorName {

  private static final int LENGTH_MAX = 128;

  private OperatorName() {}

  /**
   * The name to be noted; {@code unknown} if none is given.
   *
   * @throws HttpStatusException if the name is too long, or holds characters of control
   */
  static String of(@Nullable String operator) {
    var by = operator == null || operator.isBlank() ? "unknown" : operator.strip();
    if (by.length() > LENGTH_MAX || by.chars().anyMatch(Character::isISOControl)) {
      throw new HttpStatusException(
          HttpStatus.BAD_REQUEST,
          "the operator's name is of %d characters; allowed: 1 to %d, none of control"
              .formatted(by.length(), LENGTH_MAX));
    }
    return by;
  }
}
