package onceward.localstack;

import java.nio.file.Path;
import java.util.Map;
import onceward.localstack.process.JavaCommand;
import onceward.localstack.process.Launch;

/** How a program is started: its jar on this JVM's JDK, its settings in one file. */
final class ProgramLaunch {

  private ProgramLaunch() {}

  static Launch of(ProgramName name, Path root, StackHome home) {
    return new Launch(
        JavaCommand.withHeap(name.heapMb())
            .classArchive(home.classArchive(name))
            .jar(name.jar(root)),
        Map.of("MICRONAUT_CONFIG_FILES", home.configuration(name).toString()),
        home.log(name.text()));
  }
}
