package onceward.gateway.problem;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import jakarta.inject.Singleton;

/** Answers with the problem of a {@link ProblemException}. */
@Singleton
final class ProblemExceptionHandler implements ExceptionHandler<ProblemException, HttpResponse<?>> {
  private final GatewayProblems problems;

  ProblemExceptionHandler(GatewayProblems problems) {
    this.problems = problems;
  }

  // The raw type is Micronaut's signature.
  @SuppressWarnings("rawtypes")
  @Override
  public HttpResponse<?> handle(HttpRequest request, ProblemException exception) {
    ErrorContext context = ErrorContext.builder(request).cause(exception).build();
    MutableHttpResponse<?> response = HttpResponse.status(exception.type().status());
    exception
        .retryAfterSeconds()
        .ifPresent(seconds -> response.header(HttpHeaders.RETRY_AFTER, Integer.toString(seconds)));
    return problems.processResponse(context, response);
  }
}
