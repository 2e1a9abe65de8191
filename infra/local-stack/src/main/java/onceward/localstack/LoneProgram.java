package onceward.localstack;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import onceward.localstack.process.LogTail;
import onceward.localstack.process.Ports;
import onceward.localstack.process.PrivateFiles;
import onceward.localstack.process.ProcessId;
import onceward.localstack.process.PropertiesText;
import onceward.localstack.process.Signal;
import onceward.localstack.process.StackException;

/**
 * One program of the stack on its own, for a caller that has the servers which the program needs.
 * It starts as in a stack, but no record names it: it keeps running when this JVM ends, so the
 * caller must close it. Thread-safe.
 */
public final class LoneProgram implements AutoCloseable {

  private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);
  private static final String PORT = "micronaut.server.port";

  private final ProgramName name;
  private final ProcessId process;
  private final String url;
  private final Path log;
  private final long logStart;

  private LoneProgram(ProgramName name, ProcessId process, String url, Path log, long logStart) {
    this.name = name;
    this.process = process;
    this.url = url;
    this.log = log;
    this.logStart = logStart;
  }

  /**
   * Starts it on 127.0.0.1, on the port that its settings name in {@code micronaut.server.port}, or
   * else on a free one; returns as soon as the process exists.
   *
   * @param program such as {@code outbox-relay}
   * @param root the project's directory, with the built program
   * @param home the directory for its settings, log and class archive: empty, or used so before
   * @param heapMb its largest heap, in megabytes
   * @param properties its settings
   * @throws StackException when there is no such program, or it is not built
   */
  public static LoneProgram start(
      String program, Path root, Path home, int heapMb, Map<String, String> properties) {
    ProgramName name = ProgramName.of(program);
    requireBuild(name.jar(root));
    StackHome place = new StackHome(home).prepare();
    int port = properties.containsKey(PORT) ? Integer.parseInt(properties.get(PORT)) : Ports.free();
    PrivateFiles.write(place.configuration(name), PropertiesText.of(complete(properties, port)));
    Path log = place.log(name.text());
    long logStart = LogTail.end(log);
    ProcessId process = ProgramLaunch.of(name, heapMb, root, place).start();
    return new LoneProgram(name, process, "http://127.0.0.1:" + port, log, logStart);
  }

  /** Its process, alive or not. */
  public ProcessId process() {
    return process;
  }

  /** The log file; every start in this home appends to it. */
  public Path log() {
    return log;
  }

  /** The last lines of this process and the path of its log, for an error message. */
  public String lastLines() {
    return LogTail.describe(log, logStart);
  }

  /**
   * Waits until it is ready.
   *
   * @throws StackException when it ends, or is not ready within that time
   */
  public void awaitReady(Duration limit) {
    Readiness.await(name.text(), url, log, logStart, process::isAlive, limit);
  }

  /** Asks it to end, kills it when it takes longer than 20 s. Returns when it is gone. */
  public void stop() {
    process.end(STOP_PATIENCE, Signal.TERM, Signal.KILL);
  }

  /** SIGKILL; returns when it is gone. */
  public void kill() {
    process.end(STOP_PATIENCE, Signal.KILL);
  }

  /** As {@link #stop()}; does nothing when it is gone. */
  @Override
  public void close() {
    stop();
  }

  private static Map<String, String> complete(Map<String, String> properties, int port) {
    Map<String, String> all = new HashMap<>(properties);
    all.put("micronaut.server.host", "127.0.0.1");
    all.put(PORT, Integer.toString(port));
    // Nobody operates it.
    all.put("management.port", "0");
    return all;
  }

  private static void requireBuild(Path jar) {
    if (!Files.exists(jar)) {
      throw new StackException("Not built: " + jar + ". Build with `mvn package -DskipTests`.");
    }
  }
}
