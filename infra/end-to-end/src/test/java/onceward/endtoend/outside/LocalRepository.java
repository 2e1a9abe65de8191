package onceward.endtoend.outside;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/**
 * A Maven repository in which the libraries are installed, and all else is what the user's own
 * holds: that one is looked through and gets what has to be downloaded, but no artifact of the
 * project.
 */
record LocalRepository(Path directory) {

  private static final String GROUP = "onceward";

  /** What the README has installed, and where it is built. */
  private static final Map<String, String> INSTALLED =
      Map.of(
          "onceward-bom", "infra/bom",
          "onceward", ".",
          "logging", "infra/logging",
          "local-stack", "infra/local-stack",
          "management", "infra/management",
          "messaging", "infra/messaging",
          "messaging-testkit", "infra/messaging-testkit",
          "program-start", "infra/program-start");

  /**
   * Makes it, anew.
   *
   * @param users the user's own repository
   * @param project where the libraries have been packaged
   */
  static LocalRepository create(Path directory, Path users, Path project, String version)
      throws IOException {
    Files.createDirectories(directory);
    var repository = new LocalRepository(directory);
    try (DirectoryStream<Path> groups = Files.newDirectoryStream(users)) {
      for (var group : groups) {
        repository.link(group.getFileName().toString(), group);
      }
    }
    for (var artifact : INSTALLED.entrySet()) {
      repository.install(artifact.getKey(), project.resolve(artifact.getValue()), version);
    }
    return repository;
  }

  private void link(String name, Path group) throws IOException {
    var link = directory.resolve(name);
    if (!name.equals(GROUP) && !Files.exists(link)) {
      Files.createSymbolicLink(link, group.toAbsolutePath());
    }
  }

  private void install(String artifact, Path module, String version) throws IOException {
    var place =
        Files.createDirectories(directory.resolve(GROUP).resolve(artifact).resolve(version));
    var name = artifact + "-" + version;
    copy(module.resolve("pom.xml"), place.resolve(name + ".pom"));
    var source = Files.readString(module.resolve("pom.xml"));
    if (!source.contains("<packaging>pom</packaging>")) {
      copy(module.resolve("target").resolve(artifact + ".jar"), place.resolve(name + ".jar"));
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
  }
}
