package onceward.localstack;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** A project directory in which every program is built, and is a {@link FakeProgram}. */
final class FakeBuild {

  private static final String CLASS_FILE = FakeProgram.class.getName().replace('.', '/') + ".class";

  private FakeBuild() {}

  static Path in(Path root) throws IOException {
    for (ProgramName name : ProgramName.values()) {
      writeJar(name.jar(root));
    }
    return root;
  }

  private static void writeJar(Path jar) throws IOException {
    Files.createDirectories(jar.toAbsolutePath().getParent());
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, FakeProgram.class.getName());
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, manifest);
        InputStream classFile = FakeBuild.class.getResourceAsStream("/" + CLASS_FILE)) {
      out.putNextEntry(new JarEntry(CLASS_FILE));
      Objects.requireNonNull(classFile).transferTo(out);
    }
  }
}
