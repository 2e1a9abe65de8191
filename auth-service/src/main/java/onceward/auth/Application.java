package onceward.auth;

import java.util.List;
import onceward.auth.password.Passwords;
import onceward.auth.session.SigningKeys;
import onceward.messaging.start.ServiceStart;
import onceward.messaging.start.Setting;

/** Starts auth-service, or ends with one line that says what prevents the start. */
public final class Application {

  private static final List<Setting> SETTINGS =
      List.of(
          Setting.text("auth.issuer", "the issuer that access tokens name"),
          SigningKeys.SETTING,
          Setting.optional(
              "auth.default-region", "two capital letters such as KR", v -> v.matches("[A-Z]{2}")),
          Setting.optionalNumber("auth.password.memory-kib", 19_456, 4_194_304),
          Setting.optionalNumber("auth.password.iterations", 2, 100),
          Setting.optionalNumber("auth.password.threads", 1, Passwords.threadsMax()),
          Setting.optionalNumber("auth.password.queue-max", 1, 10_000),
          Setting.optionalDuration("auth.password.wait-max", "100ms", "30s"),
          Setting.optionalNumber("auth.guessing.free-per-login-id", 1, 1_000_000),
          Setting.optionalNumber("auth.guessing.free-per-address", 1, 1_000_000),
          Setting.optionalDuration("auth.guessing.delay-first", "100ms", "1m"),
          Setting.optionalDuration("auth.guessing.delay-max", "100ms", "1h"),
          Setting.optionalDuration("auth.guessing.forget-after", "1m", "24h"),
          Setting.optionalDuration("auth.guessing.known-for", "1h", "365d"),
          Setting.optionalNumber("auth.guessing.rows-max", 1_000, 10_000_000),
          Setting.optionalDuration("auth.guessing.clean-up", "1s", "10m"),
          Setting.optionalDuration("http.strict-transport-security-max-age", "0s", "1000d"),
          Setting.optionalDuration("auth.registration.deadline", "1s", "24h"),
          Setting.optionalDuration("auth.registration.deadline-check", "10ms", "1m"),
          Setting.optionalDuration("auth.registration.look-again", "10ms", "10s"));

  private Application() {}

  /**
   * Runs until told to stop; the arguments are Micronaut properties, e.g. {@code
   * -micronaut.server.port=8081}.
   */
  public static void main(String[] arguments) {
    new ServiceStart("auth-service", Application.class, SETTINGS).run(arguments);
  }
}
