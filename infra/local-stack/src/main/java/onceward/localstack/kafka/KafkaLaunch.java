package onceward.localstack.kafka;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import onceward.localstack.process.JavaCommand;
import onceward.localstack.process.Launch;
import onceward.localstack.process.LogTail;
import onceward.localstack.process.ProcessId;
import onceward.localstack.process.StackException;
import onceward.localstack.process.UserCache;
import org.apache.kafka.common.Uuid;

/** Starts the broker's JVM. */
final class KafkaLaunch {

  private static final int HEAP_MB = 256;
  private static final long FORMAT_LIMIT_S = 180;

  private final KafkaSettings settings;
  private final String classPath = KafkaClassPath.find();

  KafkaLaunch(KafkaSettings settings) {
    this.settings = settings;
  }

  ProcessId start() {
    KafkaConfiguration.write(settings);
    if (!Files.exists(settings.data().resolve("meta.properties"))) {
      format();
    }
    return launch(
            java().classArchive(classArchive()).main(classPath, "kafka.Kafka", configuration()))
        .start();
  }

  private void format() {
    long logStart = LogTail.end(settings.log());
    Process format =
        launch(
                java()
                    .flag("-XX:TieredStopAtLevel=1")
                    .main(
                        classPath,
                        "kafka.tools.StorageTool",
                        "format",
                        "--ignore-formatted",
                        "--cluster-id",
                        Uuid.randomUuid().toString(),
                        "--config",
                        configuration()))
            .startProcess();
    if (!succeeds(format)) {
      throw new StackException(
          "Kafka cannot format " + settings.data() + LogTail.describe(settings.log(), logStart));
    }
  }

  private static boolean succeeds(Process process) {
    try {
      return process.waitFor(FORMAT_LIMIT_S, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      process.destroyForcibly();
    }
  }

  private Launch launch(List<String> command) {
    return new Launch(command, Map.of(), settings.log());
  }

  private JavaCommand java() {
    return JavaCommand.withHeap(HEAP_MB).flag("-Dlogback.configurationFile=" + settings.logback());
  }

  private String configuration() {
    return settings.serverProperties().toString();
  }

  /** One for each class path: with a shared one, two users would rewrite it at every stop. */
  private Path classArchive() {
    CRC32 fingerprint = new CRC32();
    fingerprint.update((classPath + Runtime.version()).getBytes(StandardCharsets.UTF_8));
    Path directory = UserCache.directory("kafka");
    Path archive = directory.resolve("%08x.jsa".formatted(fingerprint.getValue()));
    ArchiveShelf.makeRoom(directory, archive);
    return archive;
  }
}
