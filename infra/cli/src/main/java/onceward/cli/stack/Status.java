package onceward.cli.stack;

import java.util.List;
import java.util.stream.Collectors;
import onceward.localstack.LocalStack;
import onceward.localstack.Program;
import org.jspecify.annotations.Nullable;

/** What {@code status} tells. */
record Status(Document document, boolean postgresAlive, boolean kafkaAlive) {

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
      return row(name, pid == null ? "-" : pid.toString(), ready ? "ready" : "NOT READY", url, log);
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
    return new Status(document, postgres.process().isAlive(), stack.kafka().process().isAlive());
  }

  boolean allReady() {
    return postgresAlive
        && kafkaAlive
        && document.programs().stream().allMatch(ProgramStatus::ready);
  }

  String table() {
    Postgres postgres = document.postgres();
    return row("NAME", "PID", "STATE", "ADDRESS", "LOG")
        + row("postgres", "", state(postgresAlive), postgres.host() + ":" + postgres.port(), "")
        + row("kafka", "", state(kafkaAlive), document.kafka().bootstrapServers(), "")
        + document.programs().stream().map(ProgramStatus::line).collect(Collectors.joining());
  }

  private static String state(boolean alive) {
    return alive ? "alive" : "DEAD";
  }

  private static String row(String name, String pid, String state, String address, String log) {
    return "%-13s %-8s %-10s %-24s %s".formatted(name, pid, state, address, log).stripTrailing()
        + "\n";
  }
}
