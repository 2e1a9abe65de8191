package onceward.example;

import java.util.List;
import onceward.messaging.start.ServiceStart;

/** Starts the service; with the argument {@code migrate}, only migrates its database. */
public final class Application {

  private Application() {}

  /** Runs until the process is told to end, or until the database is migrated. */
  public static void main(String[] arguments) {
    new ServiceStart("example", Application.class, List.of()).run(arguments);
  }
}
