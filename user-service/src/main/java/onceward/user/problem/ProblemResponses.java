package onceward.user.problem;

import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.response.Error;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Turns every error the framework reports into a problem document; what is our own fault is not
 * explained to strangers.
 */
@Singleton
final class ProblemResponses implements ErrorResponseProcessor<Problem> {

  @Override
  public MutableHttpResponse<Problem> processResponse(
      ErrorContext context, MutableHttpResponse<?> response) {
    var status = HttpStatus.valueOf(response.code());
    var problem =
        new Problem(
            "/problems/" + status.getReason().toLowerCase(Locale.ROOT).replace(' ', '-'),
            status.getReason(),
            status.getCode(),
            detail(status, context),
            context.getRequest().getPath());
    return response.body(problem).contentType(MediaType.APPLICATION_JSON_PROBLEM_TYPE);
  }

  private static @Nullable String detail(HttpStatus status, ErrorContext context) {
    return status.getCode() >= HttpStatus.INTERNAL_SERVER_ERROR.getCode()
        ? null
        : context.getErrors().stream().findFirst().map(Error::getMessage).orElse(null);
  }
}
