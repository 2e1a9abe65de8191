package onceward.example;

import io.micronaut.runtime.Micronaut;

/** Starts the service. */
public final class Application {

  private Application() {}

  /** Runs until the process is told to end. */
  public static void main(String[] arguments) {
    Micronaut.run(Application.class, arguments);
  }
}
