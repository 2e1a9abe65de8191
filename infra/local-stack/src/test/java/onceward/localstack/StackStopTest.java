package onceward.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import onceward.localstack.StackState.RunningProgram;
import onceward.localstack.process.Launch;
import onceward.localstack.process.PrivateFiles;
import onceward.localstack.process.ProcessId;
import onceward.localstack.process.PropertiesText;
import onceward.localstack.process.Signal;
import onceward.localstack.process.StackException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StackStopTest {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  @TempDir private Path directory;

  @Test
  void a_stack_is_stopped_although_no_file_can_be_written() throws Exception {
    Path home = directory.resolve("home");
    new StackHome(home).prepare();
    StackLock.acquire(new StackHome(home)).close();
    ProcessId process =
        new Launch(List.of("sleep", "600"), Map.of(), directory.resolve("sleep.log")).start();
    try {
      new StackHome(home)
          .stackFile()
          .write(StackState.empty(directory, StackPorts.free(), Map.of()).withKafka(process));

      Process stop = stopWithoutRoom(home);

      assertThat(stop.onExit()).succeedsWithin(LIMIT).returns(0, Process::exitValue);
      assertThat(process.isAlive()).isFalse();
      assertThat(home.toFile().list()).containsExactlyInAnyOrder("cache", "lock", "onceward-home");
    } finally {
      process.send(Signal.KILL);
    }
  }

  @Test
  void a_program_that_starts_while_the_stack_is_stopped_does_not_stay() throws IOException {
    StackHome home = new StackHome(directory.resolve("home")).prepare();
    Path root = FakeBuild.in(directory.resolve("project"));
    StackPorts ports = StackPorts.free().chosen();
    PrivateFiles.write(
        home.configuration(ProgramName.GATEWAY),
        PropertiesText.of(
            Map.of(
                "micronaut.server.host",
                "127.0.0.1",
                "micronaut.server.port",
                Integer.toString(ports.of(ProgramName.GATEWAY)))));
    RunningProgram none =
        new RunningProgram("gateway", null, 0, "", home.log("gateway").toString(), 0);
    home.stackFile()
        .write(StackState.empty(root, ports, Map.of()).withProgram(none).withStopping());
    Program gateway = new Program(ProgramName.GATEWAY, home);
    try {
      assertThatThrownBy(gateway::start)
          .isInstanceOf(StackException.class)
          .hasMessageContaining("stopped the stack");
      assertThat(ProcessHandle.allProcesses())
          .noneMatch(process -> process.info().commandLine().orElse("").contains(root.toString()));
    } finally {
      gateway.kill();
    }
  }

  /** In a JVM whose files can have no bytes, as on a full disk. */
  private Process stopWithoutRoom(Path home) throws IOException {
    return new ProcessBuilder(
            "sh",
            "-c",
            "ulimit -f 0; exec \"$0\" \"$@\"",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:-UsePerfData",
            "-cp",
            System.getProperty("java.class.path"),
            StackStopTest.class.getName(),
            home.toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  public static void main(String[] arguments) {
    LocalStack.stop(Path.of(arguments[0]), line -> {});
  }
}
