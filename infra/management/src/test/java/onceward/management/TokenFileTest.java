package onceward.management;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A secret that a group may read is private only if it is root's and the program is not. */
final class TokenFileTest {

  @ParameterizedTest
  @CsvSource({
    "rw-------, app, app, true",
    "r--------, app, app, true",
    "rw-------, root, root, true",
    "rw-r-----, root, app, true",
    "r--r-----, root, app, true",
    "rw-r-----, root, ?, true",
    "rw-r-----, root, root, false",
    "rw-r-----, app, app, false",
    "rw-r-----, other, app, false",
    "rw-rw----, root, app, false",
    "rw-r--r--, root, app, false",
    "rw----r--, root, app, false"
  })
  void a_file_is_private(String permissions, String owner, String user, boolean expected) {
    assertThat(TokenFile.isPrivate(PosixFilePermissions.fromString(permissions), owner, user))
        .isEqualTo(expected);
  }
}
