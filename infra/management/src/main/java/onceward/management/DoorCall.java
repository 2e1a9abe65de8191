package onceward.management;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import java.net.InetAddress;
import java.util.List;

/**
 * What the door looks at of a call. Immutable.
 *
 * @param hosts the values of the header Host
 * @param reached the address of this machine that the call has reached
 * @param fromWebPage whether a browser says that a page sends it
 * @param authorizations the values of the header Authorization
 * @param changes whether it may change something
 * @param asksHealth whether it asks for health, readiness or liveness
 */
record DoorCall(
    List<String> hosts,
    InetAddress reached,
    boolean fromWebPage,
    List<String> authorizations,
    boolean changes,
    boolean asksHealth) {

  static DoorCall of(HttpRequest<?> request, boolean isHealth) {
    var headers = request.getHeaders();
    return new DoorCall(
        headers.getAll(HttpHeaders.HOST),
        request.getServerAddress().getAddress(),
        headers.contains(HttpHeaders.ORIGIN),
        headers.getAll(HttpHeaders.AUTHORIZATION),
        changes(request),
        isHealth && !changes(request));
  }

  /** Whether a request may change something: every one but GET and HEAD. */
  static boolean changes(HttpRequest<?> request) {
    return request.getMethod() != HttpMethod.GET && request.getMethod() != HttpMethod.HEAD;
  }
}
