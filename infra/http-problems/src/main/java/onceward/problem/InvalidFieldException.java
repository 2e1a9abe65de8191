package onceward.problem;

import io.micronaut.http.HttpStatus;
import io.micronaut.http.exceptions.HttpStatusException;

/** A field or a parameter of the request is not valid: 400, with the field and the reason. */
public final class InvalidFieldException extends HttpStatusException {

  private static final long serialVersionUID = 1L;

  private final String field;

  /** The caller reads the message after the field's name. */
  public InvalidFieldException(String field, String message) {
    super(HttpStatus.BAD_REQUEST, message);
    this.field = field;
  }

  /** The name of the field, as the caller sent it. */
  public String field() {
    return field;
  }
}
