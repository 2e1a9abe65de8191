package onceward.gateway.routing;

import io.micronaut.http.client.exceptions.HttpClientException;
import io.micronaut.http.client.exceptions.NoHostException;
import io.micronaut.http.client.exceptions.ReadTimeoutException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;
import onceward.gateway.problem.ProblemException;
import onceward.gateway.problem.ProblemType;

/** Turns a failed call to a service into the problem that the caller gets. */
public final class UpstreamFailure {
  private UpstreamFailure() {}

  /**
   * 503 if the service could not be reached, 504 if it was too slow, 502 if it broke off its
   * answer.
   *
   * @param target the service that was called
   * @param failure what the HTTP client threw
   */
  public static ProblemException problem(Target target, Throwable failure) {
    if (failure instanceof ReadTimeoutException || failure instanceof TimeoutException) {
      return new ProblemException(
          ProblemType.UPSTREAM_TIMEOUT,
          target.id() + " did not answer in time; the request may have been done.");
    }
    if (neverReached(failure)) {
      return new ProblemException(
          ProblemType.UPSTREAM_UNAVAILABLE,
          target.id() + " cannot be reached; nothing was done, try again later.");
    }
    return new ProblemException(
        ProblemType.BAD_UPSTREAM_ANSWER,
        target.id() + " broke off its answer; the request may have been done.");
  }

  /** Whether the call to the service failed, rather than the caller or the gateway. */
  static boolean isOurs(Throwable failure) {
    return failure instanceof HttpClientException || failure instanceof TimeoutException;
  }

  private static boolean neverReached(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException
          || cause instanceof UnknownHostException
          || cause instanceof NoHostException) {
        return true;
      }
    }
    return false;
  }
}
