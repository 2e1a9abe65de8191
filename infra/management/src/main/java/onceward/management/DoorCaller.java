package onceward.management;

import io.micronaut.http.HttpRequest;
import java.util.Optional;

/**
 * Who calls the management port, for the log.
 *
 * @param operator the name that the caller gives; nobody has checked it
 * @param address from where the call comes
 * @param request method and path, without the query
 */
record DoorCaller(String operator, String address, String request) {

  private static final String OPERATOR = "X-Onceward-Operator";
  private static final String NOBODY = "unknown";
  private static final int TEXT_MAX = 128;

  static DoorCaller of(HttpRequest<?> request) {
    return new DoorCaller(
        nameIn(request).orElse(NOBODY),
        request.getRemoteAddress().getAddress().getHostAddress(),
        shown(request.getMethodName() + " " + request.getPath()));
  }

  /** The name that the caller gives. */
  static Optional<String> nameIn(HttpRequest<?> request) {
    return Optional.ofNullable(request.getHeaders().get(OPERATOR))
        .map(DoorCaller::shown)
        .filter(name -> !name.isBlank());
  }

  /** Of bounded length, and in one line. */
  private static String shown(String text) {
    return text.substring(0, Math.min(text.length(), TEXT_MAX)).replaceAll("\\p{Cntrl}", "?");
  }

  @Override
  public String toString() {
    return "%s by '%s' at %s".formatted(request, operator, address);
  }
}
