package onceward.auth.problem;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;
import onceward.auth.guessing.TooManyAttemptsException;

/** Answers 429 with Retry-After to a login that has to wait. */
@Singleton
final class TooManyAttemptsResponses
    implements ExceptionHandler<TooManyAttemptsException, HttpResponse<?>> {

  private final ErrorResponseProcessor<?> problems;

  TooManyAttemptsResponses(ErrorResponseProcessor<?> problems) {
    this.problems = problems;
  }

  @Override
  @SuppressWarnings("rawtypes") // The framework's interface declares it so.
  public HttpResponse<?> handle(HttpRequest request, TooManyAttemptsException exception) {
    var response =
        HttpResponse.status(HttpStatus.TOO_MANY_REQUESTS)
            .header(HttpHeaders.RETRY_AFTER, Long.toString(exception.retryAfterSeconds()));
    return problems.processResponse(
        ErrorContext.builder(request).cause(exception).build(), response);
  }
}
