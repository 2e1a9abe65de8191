package onceward.user;

import io.micronaut.runtime.Micronaut;

/** Starts user-service. */
public final class Application {

  private Application() {}

  /**
   * Runs until told to stop; the arguments are Micronaut properties, e.g. {@code
   * -micronaut.server.port=8082}.
   */
  public static void main(String[] arguments) {
    Micronaut.build(arguments).mainClass(Application.class).banner(false).start();
  }
}
