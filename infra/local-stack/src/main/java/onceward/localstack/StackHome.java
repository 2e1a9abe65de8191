package onceward.localstack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import onceward.localstack.kafka.KafkaBroker;
import onceward.localstack.kafka.KafkaLogins;
import onceward.localstack.kafka.KafkaSettings;
import onceward.localstack.postgres.PostgresServer;
import onceward.localstack.postgres.PostgresSettings;
import onceward.localstack.process.ProcessId;
import onceward.localstack.process.StackException;
import onceward.localstack.process.Trees;
import org.jspecify.annotations.Nullable;

/** The directory of a stack. A marker file distinguishes it from directories of other programs. */
record StackHome(Path path) {

  private static final String MARKER = "onceward-home";
  private static final long USABLE_MIN_BYTES = 1024L * 1024 * 1024;
  private static final int MB = 1024 * 1024;

  /** Creates the directory; refuses a directory with other files, and a full disk. */
  StackHome prepare() {
    try {
      Files.createDirectories(path);
      claim();
      requireSpace();
    } catch (IOException e) {
      throw new StackException("Cannot use " + path + " as home: " + e, e);
    }
    return this;
  }

  void wipe() {
    Trees.delete(path.resolve("data"));
    Trees.delete(path.resolve("logs"));
  }

  StackFile stackFile() {
    return new StackFile(path.resolve("stack.json"));
  }

  Path lockFile() {
    return path.resolve("lock");
  }

  Path configuration(ProgramName program) {
    return path.resolve("config").resolve(program.text() + ".properties");
  }

  /** The settings of a program's migrations, with a login that the program does not have. */
  Path migratorConfiguration(ProgramName program) {
    return path.resolve("secrets").resolve(program.text() + "-migrator.properties");
  }

  Path log(String name) {
    return path.resolve("logs").resolve(name + ".log");
  }

  Path passwords() {
    return path.resolve("secrets").resolve("passwords.properties");
  }

  Path signingKey() {
    return path.resolve("secrets").resolve("auth-signing-key.json");
  }

  OperatorTokens operatorTokens() {
    return OperatorTokens.in(path.resolve("secrets"));
  }

  /** A file for the loaded classes of a program, or of one of its steps. */
  Path classArchive(String name) {
    return path.resolve("cache").resolve(name + ".jsa");
  }

  PostgresSettings postgres(int port) {
    return new PostgresSettings(
        path.resolve("data").resolve("postgres"), passwords(), log("postgres"), port);
  }

  KafkaSettings kafka(StackPorts ports) {
    return new KafkaSettings(
            path.resolve("data").resolve("kafka"),
            log("kafka"),
            ports.kafka(),
            ports.kafkaController())
        .with(kafkaLogins());
  }

  KafkaLogins kafkaLogins() {
    return KafkaLogins.in(kafkaPasswords(), KafkaUsers.all());
  }

  Path kafkaPasswords() {
    return path.resolve("secrets").resolve("kafka-passwords.properties");
  }

  /** The file by which a user of Kafka logs in, in the form that Kafka's own tools take. */
  Path kafkaLogin(String user) {
    return path.resolve("secrets").resolve("kafka-" + user + ".properties");
  }

  /** The recorded server. */
  PostgresServer postgresOf(StackState state) {
    return PostgresServer.attach(
        postgres(state.ports().postgres()), required("PostgreSQL", state.postgres()));
  }

  /** The recorded broker. */
  KafkaBroker kafkaOf(StackState state) {
    return KafkaBroker.attach(kafka(state.ports()), required("Kafka", state.kafka()));
  }

  /** The commands for this stack, ready to paste. */
  Commands commands() {
    return Commands.of(path);
  }

  private ProcessId required(String name, @Nullable ProcessId process) {
    if (process == null) {
      throw new StackException(
          "%s of the stack in %s has not been started. If no other command is starting the stack, run `%s`."
              .formatted(name, path, commands().of("up")));
    }
    return process;
  }

  /** Records a PostgreSQL server that runs on the data of this stack, after a start was killed. */
  void recordPostgres() {
    stackFile().update(this::withPostgres);
  }

  /** The record, with the PostgreSQL server that runs on the data of this stack. */
  StackState withPostgres(StackState state) {
    return PostgresServer.find(postgres(state.ports().postgres()))
        .map(state::withPostgres)
        .orElse(state);
  }

  private void claim() throws IOException {
    Path marker = path.resolve(MARKER);
    if (Files.exists(marker)) {
      return;
    }
    if (!isEmpty()) {
      throw new StackException(
          path + " holds files of other programs: choose an empty or new directory with --home.");
    }
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
    Files.createDirectories(path.resolve("cache"));
    Files.writeString(marker, "Everything in this directory belongs to Onceward's local stack.\n");
  }

  private boolean isEmpty() throws IOException {
    try (Stream<Path> entries = Files.list(path)) {
      return entries.findAny().isEmpty();
    }
  }

  private void requireSpace() throws IOException {
    long usable = Files.getFileStore(path).getUsableSpace();
    if (usable < USABLE_MIN_BYTES) {
      throw new StackException(
          "Only %d MB are free on the disk of %s, and the stack needs %d: make room or choose another directory with --home."
              .formatted(usable / MB, path, USABLE_MIN_BYTES / MB));
    }
  }
}
