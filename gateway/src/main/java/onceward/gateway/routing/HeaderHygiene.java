package onceward.gateway.routing;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.MutableHttpHeaders;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Removes the headers that must not cross the gateway: headers of one connection, and on the way in
 * also headers that claim who or where the caller is, and the headers of the trace, which tracing
 * writes again.
 *
 * <p>Names are compared without case and with {@code _} as {@code -}, because some servers do so
 * too.
 */
final class HeaderHygiene {
  private static final Set<String> ONE_CONNECTION =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authentication-info",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  // This server has answered "expect" already; "http2-settings" is meant for this server only.
  private static final Set<String> CLAIMS_OF_THE_CALLER =
      Set.of("x-user-id", "forwarded", "x-real-ip", "expect", "http2-settings");

  // Tracing writes these again: services get the gateway's own span in the caller's trace.
  private static final Set<String> TRACE = Set.of("traceparent", "tracestate", "baggage");

  // Written anew with the whole body.
  private static final Set<String> OF_THE_BODY = Set.of("content-length", "content-encoding");

  private static final String FORWARDED_PREFIX = "x-forwarded-";

  private HeaderHygiene() {}

  static void cleanRequest(MutableHttpHeaders headers) {
    Set<String> named = namedByConnection(headers);
    for (String name : List.copyOf(headers.names())) {
      String plain = plain(name);
      if (ONE_CONNECTION.contains(plain)
          || OF_THE_BODY.contains(plain)
          || plain.equals("host")
          || CLAIMS_OF_THE_CALLER.contains(plain)
          || TRACE.contains(plain)
          || plain.startsWith(FORWARDED_PREFIX)
          || named.contains(plain)) {
        headers.remove(name);
      }
    }
  }

  static void cleanResponse(MutableHttpHeaders headers) {
    Set<String> named = namedByConnection(headers);
    for (String name : List.copyOf(headers.names())) {
      String plain = plain(name);
      if (ONE_CONNECTION.contains(plain) || OF_THE_BODY.contains(plain) || named.contains(plain)) {
        headers.remove(name);
      }
    }
  }

  private static Set<String> namedByConnection(HttpHeaders headers) {
    Set<String> named = new HashSet<>();
    for (String value : headers.getAll(HttpHeaders.CONNECTION)) {
      Arrays.stream(value.split(",", -1)).map(HeaderHygiene::plain).forEach(named::add);
    }
    return named;
  }

  private static String plain(String name) {
    return name.strip().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
