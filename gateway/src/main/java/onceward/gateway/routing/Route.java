package onceward.gateway.routing;

import io.micronaut.http.HttpMethod;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One line of the route table.
 *
 * @param methods the methods that the route answers
 * @param path the path; {@code *} stands for exactly one plain segment, such as an id
 * @param access whether a caller needs an access token
 * @param target the service that answers, or the gateway
 * @param cost what an answer costs the service
 */
record Route(Set<HttpMethod> methods, String path, Access access, Target target, Cost cost) {

  Route(Set<HttpMethod> methods, String path, Access access, Target target) {
    this(methods, path, access, target, Cost.ORDINARY);
  }

  /** Calls of one cost take no place from calls of another one. */
  enum Cost {
    ORDINARY,

    /** The answer is delayed for a caller who prefers to wait. */
    WAIT,

    /** The service hashes a password, for tens of milliseconds of a processor. */
    PASSWORD
  }

  // No escapes, dots or parameters: with them, the gateway and the service behind it could read one
  // path differently.
  private static final Pattern PLAIN_SEGMENT = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  boolean answersAt(String asked) {
    String[] wanted = path.split("/", -1);
    String[] given = asked.split("/", -1);
    if (wanted.length != given.length) {
      return false;
    }
    for (int i = 0; i < wanted.length; i++) {
      if (!fits(wanted[i], given[i])) {
        return false;
      }
    }
    return true;
  }

  private static boolean fits(String wanted, String given) {
    return wanted.equals("*") ? PLAIN_SEGMENT.matcher(given).matches() : wanted.equals(given);
  }
}
