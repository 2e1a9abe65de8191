package onceward.cli.stack;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import onceward.localstack.LocalStack;
import onceward.localstack.Program;
import onceward.localstack.process.ProcessId;
import org.jspecify.annotations.Nullable;

/** What {@code status} tells. */
record Status(Document document, Server postgres, Server kafka) {

  private static final String ENDED = "ended";

  /** PostgreSQL or Kafka, which have no readiness of their own. */
  record Server(String name, long pid, boolean alive, String address, Path log) {

    static Server of(LocalStack stack, String name, ProcessId process, String address) {
      return new Server(name, process.pid(), process.isAlive(), address, stack.log(name));
    }

    private String line() {
      return row(name, Long.toString(pid), alive ? "ready" : ENDED, address, log.toString());
    }
  }

  /** The JSON form; its field names are relied upon. */
  record Document(Postgres postgres, Kafka kafka, List<ProgramStatus> programs) {}

  /** How to connect as administrator. */
  record Postgres(String host, int port, String adminUser, String adminPassword) {}

  /** How to connect. */
  record Kafka(String bootstrapServers) {}

  /** One program; no pid when it does not run. */
  record ProgramStatus(String name, @Nullable Long pid, boolean ready, String url, String log) {

    static ProgramStatus of(Program program) {
      return new ProgramStatus(
          program.name(),
          program.isAlive() ? program.pid() : null,
          program.isReady(),
          program.url(),
          program.log().toString());
    }

    private String line() {
      return row(name, pid == null ? "-" : pid.toString(), state(), url, log);
    }

    private String state() {
      return pid == null ? ENDED : ready ? "ready" : "not ready";
    }
  }

  static Status of(LocalStack stack) {
    var postgres = stack.postgres();
    Document document =
        new Document(
            new Postgres(
                postgres.host(), postgres.port(), postgres.adminUser(), postgres.adminPassword()),
            new Kafka(stack.kafka().bootstrapServers()),
            stack.programs().stream().map(ProgramStatus::of).toList());
    String postgresAddress = postgres.host() + ":" + postgres.port();
    return new Status(
        document,
        Server.of(stack, "postgres", postgres.process(), postgresAddress),
        Server.of(stack, "kafka", stack.kafka().process(), stack.kafka().bootstrapServers()));
  }

  boolean allReady() {
    return postgres.alive()
        && kafka.alive()
        && document.programs().stream().allMatch(ProgramStatus::ready);
  }

  String table() {
    return row("NAME", "PID", "STATE", "ADDRESS", "LOG")
        + postgres.line()
        + kafka.line()
        + document.programs().stream().map(ProgramStatus::line).collect(Collectors.joining());
  }

  private static String row(String name, String pid, String state, String address, String log) {
    return "%-13s %-8s %-10s %-24s %s%n".formatted(name, pid, state, address, log);
  }
}
