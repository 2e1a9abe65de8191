package onceward.cli.stack;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import onceward.localstack.Commands;
import onceward.localstack.LocalStack;
import onceward.localstack.Replacement;
import onceward.localstack.kafka.KafkaBroker;
import onceward.localstack.postgres.PostgresServer;
import onceward.localstack.process.Condition;
import onceward.localstack.process.ProcessId;
import onceward.localstack.process.StackException;
import org.jspecify.annotations.Nullable;

/**
 * The answer of {@code status}.
 *
 * @param rows a line for each process
 * @param replacement of the PostgreSQL server, if that has ended and was replaced
 */
record Status(
    Document document, List<Row> rows, Optional<Replacement> replacement, Commands commands) {

  /** The command that says more, by the indicator with which a reason begins. */
  private static final Map<String, String> DETAILS =
      Map.of("pipelines", "relay status", "subscriptions", "messaging status");

  private static final Set<Condition> ANSWERING = Set.of(Condition.READY, Condition.NOT_READY);

  private static final List<String> HEAD = List.of("NAME", "PID", "STATE", "ADDRESS", "LOG");

  /**
   * One process, as text.
   *
   * @param reasons why it is not ready, as it says itself; empty if it does not
   * @param warnings what is to be mended although it may be ready
   */
  record Row(
      String name,
      @Nullable Long pid,
      Condition condition,
      String address,
      String log,
      List<String> reasons,
      List<String> warnings) {

    private ProgramStatus toProgram(String managementUrl) {
      return new ProgramStatus(
          name,
          pid,
          condition.text(),
          condition == Condition.READY,
          reasons,
          warnings,
          address,
          managementUrl,
          log);
    }

    private List<String> cells() {
      return List.of(name, pid == null ? "-" : pid.toString(), state(condition), address, log);
    }

    private static String state(Condition condition) {
      return switch (condition) {
        case READY -> "ready";
        case NOT_READY -> "not ready";
        case SILENT -> "does not answer within 2 s";
        case ENDED -> "ended";
      };
    }
  }

  /** The JSON form; its field names are relied upon. */
  record Document(
      Postgres postgres, Kafka kafka, Management management, List<ProgramStatus> programs) {}

  /** How to use the management ports: the files with the tokens. */
  record Management(String operatorTokenFile, String readerTokenFile) {}

  /**
   * How it stands, and how to connect as administrator; no pid when it does not run. The password
   * is in the file alone: what a script prints ends in logs.
   */
  record Postgres(
      @Nullable Long pid,
      String state,
      String host,
      int port,
      String adminUser,
      String passwordFile) {}

  /** How it stands, and how to connect as operator; no pid when it does not run. */
  record Kafka(
      @Nullable Long pid,
      String state,
      String bootstrapServers,
      String passwordFile,
      String clientProperties) {}

  /**
   * One program; no pid when it does not run; no reasons when it is ready, or does not say;
   * warnings of what is to be mended although it may be ready.
   */
  record ProgramStatus(
      String name,
      @Nullable Long pid,
      String state,
      boolean ready,
      List<String> reasons,
      List<String> warnings,
      String url,
      String managementUrl,
      String log) {}

  /** Asks all of the stack at the same time; takes seconds, whatever hangs. */
  static Status of(LocalStack stack) {
    Map<String, Condition> conditions = stack.conditions();
    PostgresServer postgres = stack.postgres();
    KafkaBroker kafka = stack.kafka();
    Row postgresRow =
        row(
            stack,
            "postgres",
            postgres.process(),
            conditions,
            postgres.host() + ":" + postgres.port(),
            List.of(),
            List.of());
    Row kafkaRow =
        row(
            stack,
            "kafka",
            kafka.process(),
            conditions,
            kafka.bootstrapServers(),
            List.of(),
            List.of());
    List<Row> programs =
        stack.programs().stream()
            .map(program ->
                row(
                    stack,
                    program.name(),
                    program.process().orElse(null),
                    conditions,
                    program.url(),
                    conditions.get(program.name()) == Condition.NOT_READY
                        ? program.reasons()
                        : List.of(),
                    ANSWERING.contains(conditions.get(program.name()))
                        ? program.warnings()
                        : List.of()))
            .toList();
    return new Status(
        new Document(
            new Postgres(
                postgresRow.pid(),
                postgresRow.condition().text(),
                postgres.host(),
                postgres.port(),
                postgres.adminUser(),
                stack.passwords().toString()),
            new Kafka(
                kafkaRow.pid(),
                kafkaRow.condition().text(),
                kafka.bootstrapServers(),
                stack.kafkaPasswords().toString(),
                stack.operatorLogin().toString()),
            new Management(
                stack.operatorTokens().operator().toString(),
                stack.operatorTokens().reader().toString()),
            programs.stream()
                .map(row -> row.toProgram(stack.program(row.name()).managementUrl()))
                .toList()),
        Stream.concat(Stream.of(postgresRow, kafkaRow), programs.stream()).toList(),
        postgresRow.condition() == Condition.ENDED && kafkaRow.condition() == Condition.READY
            ? replacement(stack)
            : Optional.empty(),
        stack.commands());
  }

  private static Optional<Replacement> replacement(LocalStack stack) {
    try {
      return stack.replacement();
    } catch (StackException silent) {
      // Kafka has just ended. `up` asks again before it starts the server.
      return Optional.empty();
    }
  }

  private static Row row(
      LocalStack stack,
      String name,
      @Nullable ProcessId process,
      Map<String, Condition> conditions,
      String address,
      List<String> reasons,
      List<String> warnings) {
    Condition condition = conditions.getOrDefault(name, Condition.ENDED);
    return new Row(
        name,
        process == null || condition == Condition.ENDED ? null : process.pid(),
        condition,
        address,
        stack.log(name).toString(),
        reasons,
        warnings);
  }

  boolean allReady() {
    return rows.stream().allMatch(row -> row.condition() == Condition.READY);
  }

  /** A line for each process, and how to reach PostgreSQL and Kafka. */
  String text() {
    return table() + unready() + warnings() + remedy() + access();
  }

  private String table() {
    List<List<String>> lines =
        Stream.concat(Stream.of(HEAD), rows.stream().map(Row::cells)).toList();
    return lines.stream().map(line -> line(line, lines)).collect(Collectors.joining());
  }

  /** Each cell as wide as the widest of its column; nothing behind the last. */
  private static String line(List<String> cells, List<List<String>> lines) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < cells.size(); column++) {
      int place = column;
      int width = lines.stream().mapToInt(other -> other.get(place).length()).max().orElse(0);
      line.append(("%-" + width + "s  ").formatted(cells.get(column)));
    }
    return line.toString().stripTrailing() + "\n";
  }

  /** Why programs are not ready, and the command that says more. */
  private String unready() {
    return rows.stream()
        .filter(row -> row.condition() == Condition.NOT_READY)
        .map(row ->
            "\n%s is not ready:\n%s  next: %s\n".formatted(row.name(), reasons(row), next(row)))
        .collect(Collectors.joining());
  }

  private static String reasons(Row row) {
    return row.reasons().isEmpty()
        ? "  it does not say why\n"
        : row.reasons().stream().map("  %s\n"::formatted).collect(Collectors.joining());
  }

  private String next(Row row) {
    return row.reasons().stream()
        .flatMap(
            reason -> DETAILS.entrySet().stream().filter(one -> reason.startsWith(one.getKey())))
        .findFirst()
        .map(one -> commands.of(one.getValue()))
        .orElse("tail " + row.log());
  }

  private String warnings() {
    return rows.stream()
        .flatMap(row ->
            row.warnings().stream().map("\nWARNING %s: %%s\n".formatted(row.name())::formatted))
        .collect(Collectors.joining());
  }

  private String remedy() {
    if (replacement.isPresent()) {
      return "\nDo not start postgres again: %s\n".formatted(replacement.get().sentence());
    }
    return rows.stream().anyMatch(row -> row.condition() == Condition.ENDED)
        ? "\nStart the ended processes again with: " + commands.of("up --detach") + "\n"
        : "";
  }

  private String access() {
    Postgres postgres = document.postgres();
    return """

    psql: PGPASSWORD="$(sed -n 's/^%1$s=//p' '%2$s')" psql -h %3$s -p %4$d -U %1$s auth
          (or database user; that file has the password of each role)
    kcat: printf 'sasl.password=%%s\\n' "$(sed -n 's/^operator=//p' '%6$s')" | kcat -F /dev/stdin -b %5$s \\
            -X security.protocol=SASL_PLAINTEXT -X sasl.mechanisms=PLAIN -X sasl.username=operator -t account.events -C -e
    curl: printf 'Authorization: Bearer %%s' "$(cat '%7$s')" | curl -H @- %8$s
          (the management port of the relay; `status --json` names those of the others)
    """
        .formatted(
            postgres.adminUser(),
            quoted(postgres.passwordFile()),
            postgres.host(),
            postgres.port(),
            document.kafka().bootstrapServers(),
            quoted(document.kafka().passwordFile()),
            quoted(document.management().readerTokenFile()),
            document.programs().stream()
                .filter(program -> program.name().equals("outbox-relay"))
                .map(program -> program.managementUrl() + "/relay")
                .collect(Collectors.joining()));
  }

  /** For a place between single quotes of a shell. */
  private static String quoted(String path) {
    return path.replace("'", "'\\''");
  }
}
