package onceward.management;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/**
 * A file with the token of one role, which nobody but this program may read: of mode 600, or of
 * mode 640 if it belongs to root and the program does not run as root. The latter is how Kubernetes
 * mounts a secret with {@code fsGroup}; PostgreSQL has the same rule for the key of its
 * certificate.
 */
record TokenFile(Role role, Path path) {

  private static final Set<PosixFilePermission> OF_OWNER =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private static final String ROOT = "root";

  /**
   * The token that the file holds now.
   *
   * @throws UnusableTokenException if it holds none that may be used
   */
  Token read() {
    requirePrivate();
    var text = content().strip();
    if (!Token.isAllowed(text)) {
      throw unusable(
          "holds no token: it has %d characters; allowed: %d to %d letters, digits and -._~+/=, such as `openssl rand -base64 32` prints"
              .formatted(text.length(), Token.LENGTH_MIN, Token.LENGTH_MAX));
    }
    return Token.of(text);
  }

  private String content() {
    try (var in = Files.newInputStream(path)) {
      // A few more, so that a file that is too long is not taken for its beginning.
      return new String(in.readNBytes(Token.LENGTH_MAX + 16), US_ASCII);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private void requirePrivate() {
    try {
      var attributes = Files.readAttributes(path, PosixFileAttributes.class);
      var permissions = attributes.permissions();
      if (!isPrivate(permissions, attributes.owner().getName(), System.getProperty("user.name"))) {
        throw unusable(
            "may be read or changed by others (%s): chmod 600 it (640 if it is root's and the program is not), and replace the token if somebody may have read it"
                .formatted(PosixFilePermissions.toString(permissions)));
      }
    } catch (UnsupportedOperationException notPosix) {
      // This file system has no such permissions, so there is nothing to check.
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  static boolean isPrivate(Set<PosixFilePermission> permissions, String owner, String user) {
    var allowed = EnumSet.copyOf(OF_OWNER);
    if (owner.equals(ROOT) && !user.equals(ROOT)) {
      allowed.add(PosixFilePermission.GROUP_READ);
    }
    return allowed.containsAll(permissions);
  }

  private UnusableTokenException unreadable(IOException why) {
    return unusable(
        "cannot be read (%s): mount it, or correct the name"
            .formatted(why.getClass().getSimpleName()));
  }

  private UnusableTokenException unusable(String why) {
    return new UnusableTokenException(
        "%s is '%s', a file that %s".formatted(role.property(), path, why));
  }
}
