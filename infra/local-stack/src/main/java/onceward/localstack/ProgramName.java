package onceward.localstack;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import onceward.localstack.process.StackException;

/** The programs of the stack, in the order in which they are started. */
enum ProgramName {
  AUTH_SERVICE("auth-service", 224),
  USER_SERVICE("user-service", 192),
  OUTBOX_RELAY("outbox-relay", 256),
  GATEWAY("gateway", 160);

  private final String text;
  private final int heapMb;

  ProgramName(String text, int heapMb) {
    this.text = text;
    this.heapMb = heapMb;
  }

  static ProgramName of(String text) {
    return Arrays.stream(values())
        .filter(name -> name.text.equals(text))
        .findFirst()
        .orElseThrow(() -> unknown(text));
  }

  String text() {
    return text;
  }

  int heapMb() {
    return heapMb;
  }

  Path jar(Path root) {
    return root.resolve(text).resolve("target").resolve(text + ".jar");
  }

  private static StackException unknown(String text) {
    String known = Arrays.stream(values()).map(ProgramName::text).collect(Collectors.joining(", "));
    return new StackException("There is no program \"" + text + "\": choose one of " + known + ".");
  }
}
