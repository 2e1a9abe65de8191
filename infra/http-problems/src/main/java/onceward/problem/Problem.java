package onceward.problem;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of an error answer, as RFC 9457 defines it. Parts that are null are left out. Immutable.
 *
 * @param type a relative URI, {@code /problems/<slug>}, the same for every problem of one kind
 * @param title the kind of problem in words, the same for every problem of one kind
 * @param status the HTTP status code
 * @param detail what went wrong this time
 * @param instance the path of the request, without the query; null when the path is invalid
 * @param errors the fields of the request that are not valid; null when no field is the problem
 */
@Serdeable
public record Problem(
    String type,
    String title,
    int status,
    @Nullable String detail,
    @Nullable String instance,
    @Nullable List<FieldError> errors) {

  /** A field of the request, and what is wrong with its value. */
  @Serdeable
  public record FieldError(String field, String message) {}
}
