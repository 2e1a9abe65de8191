package onceward.benchmarks.relay;

import java.nio.file.Path;
import onceward.benchmarks.debezium.Distribution;
import onceward.benchmarks.debezium.ServerConfiguration;
import onceward.localstack.process.JavaCommand;
import onceward.localstack.process.PrivateFiles;
import onceward.messaging.testkit.TestServers;

/**
 * Debezium Server as a process, with the flags of the relay's JVM and a heap of its own.
 *
 * @param tuned whether it has settings that make it fast, or those it comes with
 */
record DebeziumRelay(String name, boolean tuned, Distribution distribution, int heapMb)
    implements Relay {

  @Override
  public RelayProcess start(OutboxDatabase database, Path directory) {
    var file = directory.resolve("application.properties");
    PrivateFiles.write(file, PeerProgram.text(configuration(database.access()).properties()));
    var command =
        JavaCommand.withHeap(heapMb)
            .classArchive(directory.resolve("classes.jsa"))
            .flag("--add-opens=java.base/java.lang=ALL-UNNAMED")
            .flag("-Dsmallrye.config.locations=" + file.toUri())
            .main(distribution.classPath(), Distribution.MAIN);
    return RelayProcess.start(command, directory.resolve("log"), database::isSlotActive);
  }

  private ServerConfiguration configuration(OutboxAccess outbox) {
    return new ServerConfiguration(
        outbox.host(),
        outbox.port(),
        outbox.database(),
        outbox.username(),
        outbox.password(),
        outbox.slot(),
        OutboxAccess.PUBLICATION,
        TestServers.kafka().bootstrapServers(),
        tuned);
  }
}
