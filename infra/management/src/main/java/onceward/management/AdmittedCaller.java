package onceward.management;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.context.ServerRequestContext;
import java.util.Optional;

/**
 * Who is let in by the management port. Immutable.
 *
 * @param role {@code reader} or {@code operator}
 * @param address from where the call comes
 * @param operator the name that the caller gives in the header {@code X-Onceward-Operator}; nobody
 *     has checked it
 */
public record AdmittedCaller(String role, String address, Optional<String> operator) {

  private static final String ATTRIBUTE = "onceward.management.admitted";

  static AdmittedCaller of(HttpRequest<?> request, Role role) {
    return new AdmittedCaller(
        role.text(),
        request.getRemoteAddress().getAddress().getHostAddress(),
        DoorCaller.nameIn(request));
  }

  /**
   * The caller of the request that the current thread answers; empty if it answers none of the
   * management port.
   */
  public static Optional<AdmittedCaller> current() {
    return ServerRequestContext.currentRequest().flatMap(AdmittedCaller::in);
  }

  static Optional<AdmittedCaller> in(HttpRequest<?> request) {
    return request.getAttribute(ATTRIBUTE, AdmittedCaller.class);
  }

  void markIn(HttpRequest<?> request) {
    request.setAttribute(ATTRIBUTE, this);
  }
}
