package onceward.auth.problem;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong, for programs and people, as RFC 9457 lays it out.
 *
 * @param type a relative URI that stays the same for the same kind of problem
 * @param errors what is wrong with which field, where that is the problem
 */
@Serdeable
record Problem(
    String type,
    String title,
    int status,
    @Nullable String detail,
    String instance,
    @Nullable List<FieldError> errors) {

  @Serdeable
  record FieldError(String field, String message) {}
}
