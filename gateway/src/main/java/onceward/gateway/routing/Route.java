package onceward.gateway.routing;

import io.micronaut.http.HttpMethod;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One line of the route table.
 *
 * @param methods the methods it answers
 * @param path its path; {@code *} stands for exactly one plain segment, such as an id
 * @param access whether it needs an access token
 * @param target who answers
 */
record Route(Set<HttpMethod> methods, String path, Access access, Target target) {

  // No escapes, dots or parameters: the gateway and the service behind it must not be able to read
  // one path in two ways.
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
