package onceward.localstack.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line of a child JVM: the JDK of this JVM, flags for a small footprint, and last, so
 * that they win, the flags in the environment variable {@code ONCEWARD_JAVA_OPTIONS}, separated by
 * spaces.
 */
public final class JavaCommand {

  private static final String MORE_OPTIONS = "ONCEWARD_JAVA_OPTIONS";

  private final List<String> words = new ArrayList<>();

  private JavaCommand() {
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:+ExitOnOutOfMemoryError",
            "-Duser.timezone=UTC",
            "-Dfile.encoding=UTF-8",
            // Keeps messages of the JVM, mostly about class archives, out of the program's log.
            "-Xlog:disable",
            "-Xlog:all=error:stderr",
            // Netty, zstd and Kafka use native calls and Unsafe; the JDK would warn at each start.
            // Not --enable-native-access, with which the JVM cannot use all of a class archive.
            "--illegal-native-access=allow",
            "--sun-misc-unsafe-memory-access=allow"));
  }

  public static JavaCommand withHeap(int maxMegabytes) {
    return new JavaCommand().flag("-Xmx" + maxMegabytes + "m");
  }

  public JavaCommand flag(String flag) {
    words.add(flag);
    return this;
  }

  /**
   * Keeps the loaded classes in that file when the JVM ends and maps them at the next start, which
   * about halves the start time. The JVM checks that the file fits and ignores it otherwise.
   */
  public JavaCommand classArchive(Path file) {
    return flag("-XX:+AutoCreateSharedArchive").flag("-XX:SharedArchiveFile=" + file);
  }

  public List<String> jar(Path jar, String... arguments) {
    withMoreOptions().flag("-jar").flag(jar.toString());
    words.addAll(List.of(arguments));
    return words();
  }

  public List<String> main(String classPath, String mainClass, String... arguments) {
    withMoreOptions().flag("-cp").flag(classPath).flag(mainClass);
    words.addAll(List.of(arguments));
    return words();
  }

  /** Not {@code JAVA_TOOL_OPTIONS}: every JVM would write a line about it to the program's log. */
  private JavaCommand withMoreOptions() {
    String options = System.getenv().getOrDefault(MORE_OPTIONS, "").trim();
    if (!options.isEmpty()) {
      words.addAll(List.of(options.split("\\s+")));
    }
    return this;
  }

  private List<String> words() {
    return List.copyOf(words);
  }
}
