package onceward.messaging.unavailable;

import static io.micronaut.http.HttpStatus.INTERNAL_SERVER_ERROR;
import static io.micronaut.http.HttpStatus.SERVICE_UNAVAILABLE;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import io.micronaut.web.router.RouteAttributes;
import onceward.messaging.DatabaseTrouble;

/**
 * Turns an internal error whose cause is a database in trouble into 503 with Retry-After: request
 * and service are sound, and the client may send the request again. The body has the form of the
 * service's own errors, made by its {@link ErrorResponseProcessor}.
 */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
final class UnavailableFilter {

  private static final String RETRY_AFTER_S = "5";

  private final ErrorResponseProcessor<?> errors;

  UnavailableFilter(ErrorResponseProcessor<?> errors) {
    this.errors = errors;
  }

  @ResponseFilter
  HttpResponse<?> answer(HttpRequest<?> request, HttpResponse<?> response) {
    if (response.code() != INTERNAL_SERVER_ERROR.getCode()) {
      return response;
    }
    return RouteAttributes.getException(response)
        .filter(DatabaseTrouble::isCauseOf)
        .<HttpResponse<?>>map(failure -> unavailable(request, failure))
        .orElse(response);
  }

  private MutableHttpResponse<?> unavailable(HttpRequest<?> request, Throwable failure) {
    var context = ErrorContext.builder(request).cause(failure).build();
    var response =
        HttpResponse.status(SERVICE_UNAVAILABLE).header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_S);
    return errors.processResponse(context, response);
  }
}
