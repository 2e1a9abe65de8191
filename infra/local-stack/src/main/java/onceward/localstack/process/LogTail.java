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

  /** The path of the log and its last lines, each indented; says so when there are none. */
  public static String describe(Path log) {
    List<String> lines = lastLines(log);
    return lines.isEmpty()
        ? "\n  (nothing in " + log + ")"
        : "\n  | " + String.join("\n  | ", lines) + "\n  whole log: " + log;
  }

  private static List<String> lastLines(Path log) {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      long start = Math.max(0, file.length() - BYTES_MAX);
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
