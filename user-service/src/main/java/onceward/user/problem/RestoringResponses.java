package onceward.user.problem;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;

/**
 * Answers every call of the API with 503 while the data comes back: nobody knows yet who has a
 * profile and who is listed, and 404 would be a lie.
 */
@ServerFilter("/v1/**")
@Requires(property = "messaging.restoring", value = "true")
final class RestoringResponses {

  private static final String RETRY_AFTER_S = "60";

  private final ErrorResponseProcessor<?> problems;

  RestoringResponses(ErrorResponseProcessor<?> problems) {
    this.problems = problems;
  }

  @RequestFilter
  HttpResponse<?> answer(HttpRequest<?> request) {
    return problems.processResponse(
        ErrorContext.builder(request).build(),
        HttpResponse.status(HttpStatus.SERVICE_UNAVAILABLE)
            .header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_S));
  }
}
