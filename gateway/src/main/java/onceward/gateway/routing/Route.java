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
 * @param waits whether the service delays the answer for a caller who prefers to wait
 */
record Route(Set<HttpMethod> methods, String path, Access access, Target target, boolean waits) {

  Route(Set<HttpMethod> methods, String path, Access access, Target target) {
    this(methods, path, access, target, false);
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
