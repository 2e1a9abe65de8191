package onceward.auth.registration;

import io.micronaut.http.MutableHttpResponse;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The {@code wait} preference of RFC 7240, section 4.3: how many seconds the client accepts to wait
 * for the answer. The most is 30; a larger number counts as 30, and an unreadable one as none.
 */
record PreferWait(Duration duration) {

  private static final int SECONDS_MAX = 30;
  private static final Pattern WAIT =
      Pattern.compile(
          "(?:^|[,;])\\s*wait\\s*=\\s*\"?(\\d{1,6})\"?\\s*(?=$|[,;])", Pattern.CASE_INSENSITIVE);

  static PreferWait of(@Nullable String prefer) {
    var wait = WAIT.matcher(prefer == null ? "" : prefer);
    var seconds = wait.find() ? Math.min(Integer.parseInt(wait.group(1)), SECONDS_MAX) : 0;
    return new PreferWait(Duration.ofSeconds(seconds));
  }

  <T> MutableHttpResponse<T> applyTo(MutableHttpResponse<T> response) {
    return duration.isZero()
        ? response
        : response.header("Preference-Applied", "wait=" + duration.toSeconds());
  }
}
