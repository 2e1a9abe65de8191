package onceward.auth.problem;

import io.micronaut.http.HttpStatus;
import io.micronaut.http.exceptions.HttpStatusException;

/** A field of the request is not valid, for a reason that involves other fields: 400. */
public final class InvalidFieldException extends HttpStatusException {

  private static final long serialVersionUID = 1L;

  private final String field;

  /** The caller reads the message after the field's name. */
  public InvalidFieldException(String field, String message) {
    super(HttpStatus.BAD_REQUEST, message);
    this.field = field;
  }

  String field() {
    return field;
  }
}
