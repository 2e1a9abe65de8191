package onceward.auth.guessing;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import java.util.regex.Pattern;

/**
 * The address of a caller: the one that the gateway names in {@code Forwarded} (RFC 7239), else
 * that of the connection. The gateway removes what a caller claims.
 */
public final class CallerAddress {

  private static final Pattern FOR =
      Pattern.compile("for=(?:\"\\[([0-9A-Fa-f:.]{2,45})\\]\"|([0-9.]{7,15}))");

  private CallerAddress() {}

  /** The address of the caller of a request. */
  public static String of(HttpRequest<?> request) {
    var named = FOR.matcher(request.getHeaders().get(HttpHeaders.FORWARDED, String.class, ""));
    if (named.matches()) {
      return named.group(1) == null ? named.group(2) : named.group(1);
    }
    var address = request.getRemoteAddress().getAddress();
    return address == null ? "unknown" : address.getHostAddress();
  }
}
