package onceward.gateway;

import onceward.start.ProgramStart;
import onceward.start.StartFault;

/**
 * Starts the gateway. Ends with 2 and one line when a setting is missing or wrong, and with 3 when
 * its port is taken.
 */
public final class Application {

  private Application() {}

  /**
   * Runs until the process is told to end.
   *
   * @param args settings as {@code -name=value}; they override the files
   */
  public static void main(String[] args) {
    new ProgramStart(
            "gateway",
            Application.class,
            settings -> Settings.firstFault(settings).map(StartFault::setting))
        .run(args);
  }
}
