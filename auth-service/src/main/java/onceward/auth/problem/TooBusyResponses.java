package onceward.auth.problem;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;
import onceward.auth.password.TooBusyException;

/** Overload as 503, with a hint when to come again. */
@Singleton
final class TooBusyResponses implements ExceptionHandler<TooBusyException, HttpResponse<?>> {

  private static final String RETRY_AFTER_SECONDS = "5";

  private final ErrorResponseProcessor<?> problems;

  TooBusyResponses(ErrorResponseProcessor<?> problems) {
    this.problems = problems;
  }

  @Override
  @SuppressWarnings("rawtypes") // the framework's interface declares it so
  public HttpResponse<?> handle(HttpRequest request, TooBusyException busy) {
    var response =
        HttpResponse.status(HttpStatus.SERVICE_UNAVAILABLE)
            .header("Retry-After", RETRY_AFTER_SECONDS);
    return problems.processResponse(ErrorContext.builder(request).cause(busy).build(), response);
  }
}
