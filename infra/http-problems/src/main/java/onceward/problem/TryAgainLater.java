package onceward.problem;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;

/**
 * Answers one kind of exception with 503 and {@code Retry-After}: the request may be well, and may
 * succeed later. A program makes a bean of a subclass for each such exception. Thread-safe.
 *
 * @param <E> the exception
 */
public abstract class TryAgainLater<E extends Exception>
    implements ExceptionHandler<E, HttpResponse<?>> {

  private static final String RETRY_AFTER_S = "5";

  private final ErrorResponseProcessor<?> problems;

  protected TryAgainLater(ErrorResponseProcessor<?> problems) {
    this.problems = problems;
  }

  @Override
  @SuppressWarnings("rawtypes") // The framework's interface declares it so.
  public final HttpResponse<?> handle(HttpRequest request, E exception) {
    var response =
        HttpResponse.status(HttpStatus.SERVICE_UNAVAILABLE)
            .header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_S);
    return problems.processResponse(
        ErrorContext.builder(request).cause(exception).build(), response);
  }
}
