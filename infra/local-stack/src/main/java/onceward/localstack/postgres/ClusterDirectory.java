package onceward.localstack.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import onceward.localstack.process.StackException;
import onceward.localstack.process.Trees;

/** The data directory before the server touches it. */
final class ClusterDirectory {

  /** Written after the first successful start; without this file the cluster may be incomplete. */
  private static final String INITIALISED = "onceward-initialised";

  private ClusterDirectory() {}

  /** Deletes the files of an interrupted first start. Returns the administrator's password. */
  static String prepare(PostgresSettings settings, Passwords passwords) {
    Path directory = settings.dataDirectory();
    refuseServed(directory);
    if (isInitialised(directory)) {
      return passwords.find(PostgresServer.ADMIN).orElseThrow(() -> passwordMissing(settings));
    }
    refuseForeign(directory);
    Trees.delete(directory);
    return passwords.findOrCreate(PostgresServer.ADMIN);
  }

  static boolean isInitialised(Path directory) {
    return Files.exists(directory.resolve(INITIALISED));
  }

  static void markInitialised(Path directory) throws IOException {
    Files.write(directory.resolve(INITIALISED), new byte[0]);
  }

  private static void refuseServed(Path directory) {
    Postmaster.of(directory)
        .ifPresent(server -> {
          throw new StackException(
              "A PostgreSQL server runs on %s already: end it with `kill -INT %d`."
                  .formatted(directory, server.pid()));
        });
  }

  /** Only an incomplete cluster may be deleted. */
  private static void refuseForeign(Path directory) {
    if (Files.isDirectory(directory) && !isEmpty(directory) && !hasCluster(directory)) {
      throw new StackException(
          directory + " holds files that are not PostgreSQL's: choose another directory.");
    }
  }

  private static boolean hasCluster(Path directory) {
    return Files.isDirectory(directory.resolve("base"));
  }

  private static boolean isEmpty(Path directory) {
    try (var entries = Files.list(directory)) {
      return entries.findAny().isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static StackException passwordMissing(PostgresSettings settings) {
    return new StackException(
        "%s lacks the password of role %s, which is needed to open the data in %s: restore that file, or delete the data and start afresh."
            .formatted(settings.passwords(), PostgresServer.ADMIN, settings.dataDirectory()));
  }
}
