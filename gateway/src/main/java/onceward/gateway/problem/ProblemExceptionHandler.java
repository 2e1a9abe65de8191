package onceward.gateway.problem;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import jakarta.inject.Singleton;

@Singleton
final class ProblemExceptionHandler implements ExceptionHandler<ProblemException, HttpResponse<?>> {
  private final ProblemResponses responses;

  ProblemExceptionHandler(ProblemResponses responses) {
    this.responses = responses;
  }

  // The raw type is Micronaut's signature.
  @SuppressWarnings("rawtypes")
  @Override
  public HttpResponse<?> handle(HttpRequest request, ProblemException exception) {
    ErrorContext context = ErrorContext.builder(request).cause(exception).build();
    return responses.processResponse(context, HttpResponse.status(exception.type().status()));
  }
}
