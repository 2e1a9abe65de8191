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

  private ProgramLaunch() {}

  static Launch of(ProgramName name, Path root, StackHome home) {
    return of(name, name.heapMb(), root, home);
  }

  static Launch of(ProgramName name, int heapMb, Path root, StackHome home) {
    return new Launch(
        JavaCommand.withHeap(heapMb)
            .classArchive(classArchive(name, root, home))
            .jar(name.jar(root)),
        Map.of("MICRONAUT_CONFIG_FILES", home.configuration(name).toString()),
        home.log(name.text()));
  }

  /** Deletes an archive of an earlier build: the JVM would ignore it, and never write a new one. */
  private static Path classArchive(ProgramName name, Path root, StackHome home) {
    Path archive = home.classArchive(name);
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
