package onceward.localstack.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The end of a log file, for error messages. */
public final class LogTail {

  private static final int LINES_MAX = 15;
  private static final int BYTES_MAX = 16 * 1024;

  private LogTail() {}

  /** The present length of the log, in bytes; later lines lie behind it. */
  public static long end(Path log) {
    return log.toFile().length();
  }

  /**
   * The path of the log and the last lines of one process, each indented; says so when there are
   * none.
   *
   * @param from the length of the log at the start of that process; earlier lines are of other
   *     processes
   */
  public static String describe(Path log, long from) {
    List<String> lines = lastLines(log, from);
    return lines.isEmpty()
        ? "\n  (it printed nothing; whole log: " + log + ")"
        : "\n  | " + String.join("\n  | ", lines) + "\n  whole log: " + log;
  }

  private static List<String> lastLines(Path log, long from) {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      // A shorter log was replaced by a new one meanwhile.
      long first = from <= file.length() ? from : 0;
      long start = Math.max(first, file.length() - BYTES_MAX);
      byte[] bytes = new byte[(int) (file.length() - start)];
      file.seek(start);
      file.readFully(bytes);
      List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
      return lines.subList(Math.max(0, lines.size() - LINES_MAX), lines.size());
    } catch (IOException unreadable) {
      return List.of();
    }
  }
}
