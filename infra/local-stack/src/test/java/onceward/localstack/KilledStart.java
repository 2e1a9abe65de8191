package onceward.localstack;

import java.io.IOException;
import java.nio.file.Path;

/** A start in a JVM of its own, which a test can kill on the way. */
final class KilledStart {

  private KilledStart() {}

  static Process begin(Path root, Path home) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            KilledStart.class.getName(),
            root.toString(),
            home.toString())
        .redirectErrorStream(true)
        .redirectOutput(home.resolveSibling("killed-start.log").toFile())
        .start();
  }

  public static void main(String[] arguments) {
    LocalStack.start(
        StackSettings.of(Path.of(arguments[0]))
            .withHome(Path.of(arguments[1]))
            .withPorts(StackPorts.free()));
  }
}
