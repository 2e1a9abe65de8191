package onceward.user;

import java.util.List;
import onceward.messaging.start.ServiceStart;
import onceward.messaging.start.Setting;

/** Starts user-service, or ends with one line that says what prevents the start. */
public final class Application {

  private static final List<Setting> SETTINGS =
      List.of(
          Setting.text("auth.issuer", "the issuer that access tokens name"),
          Setting.address("auth-service.url"),
          Setting.optionalDuration("http.strict-transport-security-max-age", "0s", "1000d"));

  private Application() {}

  /**
   * Runs until told to stop; the arguments are Micronaut properties, e.g. {@code
   * -micronaut.server.port=8082}.
   */
  public static void main(String[] arguments) {
    new ServiceStart("user-service", Application.class, SETTINGS).run(arguments);
  }
}
