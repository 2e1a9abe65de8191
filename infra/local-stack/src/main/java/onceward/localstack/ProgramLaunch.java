package onceward.localstack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import onceward.localstack.process.JavaCommand;
import onceward.localstack.process.Launch;

/** The start of a program: its jar on this JVM's JDK, its settings in one file. */
final class ProgramLaunch {

  private static final String SETTINGS = "MICRONAUT_CONFIG_FILES";

  private ProgramLaunch() {}

  static Launch of(ProgramName name, Path root, StackHome home) {
    return of(name, name.heapMb(), root, home);
  }

  static Launch of(ProgramName name, int heapMb, Path root, StackHome home) {
    return new Launch(
        java(name, heapMb)
            .classArchive(classArchive(name, name.text(), root, home))
            .jar(name.jar(root)),
        Map.of(SETTINGS, home.configuration(name).toString()),
        home.log(name.text()));
  }

  /** The step that migrates the program's database, and ends. */
  static Launch migration(ProgramName name, Path root, StackHome home) {
    String step = name.text() + "-migrate";
    return new Launch(
        java(name, name.heapMb())
            .classArchive(classArchive(name, step, root, home))
            .jar(name.jar(root), "migrate"),
        Map.of(SETTINGS, home.migratorConfiguration(name).toString()),
        home.log(step));
  }

  /**
   * Most programs of a stack end before the second compiler's work pays off, and on a machine that
   * they share it takes processor time from all of them: a cold stack on two processors makes 21
   * sign-ups a second with it and 26 without. The relay's rows per second need it.
   */
  private static JavaCommand java(ProgramName name, int heapMb) {
    var java = JavaCommand.withHeap(heapMb);
    return name == ProgramName.OUTBOX_RELAY ? java : java.flag("-XX:TieredStopAtLevel=1");
  }

  /** Deletes an archive of an earlier build: the JVM would ignore it, and never write a new one. */
  private static Path classArchive(ProgramName name, String step, Path root, StackHome home) {
    Path archive = home.classArchive(step);
    Path jar = name.jar(root);
    long built = Math.max(modified(jar), modified(jar.resolveSibling("lib")));
    try {
      if (modified(archive) < built) {
        Files.deleteIfExists(archive);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return archive;
  }

  private static long modified(Path path) {
    return path.toFile().lastModified();
  }
}
