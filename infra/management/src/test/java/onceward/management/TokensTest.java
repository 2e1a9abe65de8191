package onceward.management;

import static onceward.management.TestProgram.OPERATOR_TOKEN;
import static onceward.management.TestProgram.READER_TOKEN;
import static onceward.management.TestProgram.tokenFile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.exceptions.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Promise: a token holds as long as its file has it, and a file that is not fit gives no right.
 *
 * <p>Method: real files; the look of each second is called by the test.
 */
class TokensTest {

  private static final String NEXT = "the-next-0123456789-0123456789-0123456789";

  @TempDir private Path directory;
  private Path operator;
  private Path reader;
  private Tokens tokens;

  @BeforeEach
  void files() throws IOException {
    operator = tokenFile(directory.resolve("operator"), OPERATOR_TOKEN);
    reader = tokenFile(directory.resolve("reader"), READER_TOKEN);
    tokens = read();
  }

  @Test
  void each_token_has_its_role_and_others_have_none() {
    assertThat(tokens.roleOf(OPERATOR_TOKEN)).contains(Role.OPERATOR);
    assertThat(tokens.roleOf(READER_TOKEN)).contains(Role.READER);
    assertThat(tokens.roleOf("")).isEmpty();
    assertThat(tokens.roleOf(NEXT)).isEmpty();
  }

  @Test
  void a_replaced_token_holds_and_the_old_one_does_not() throws IOException {
    tokenFile(operator, NEXT);
    tokens.refresh();
    assertThat(tokens.roleOf(NEXT)).contains(Role.OPERATOR);
    assertThat(tokens.roleOf(OPERATOR_TOKEN)).isEmpty();
    assertThat(tokens.roleOf(READER_TOKEN)).contains(Role.READER);
  }

  @Test
  void a_deleted_or_opened_file_revokes_its_token_only() throws IOException {
    Files.delete(operator);
    Files.setPosixFilePermissions(reader, PosixFilePermissions.fromString("rw-r--r--"));
    tokens.refresh();
    assertThat(tokens.roleOf(OPERATOR_TOKEN)).isEmpty();
    assertThat(tokens.roleOf(READER_TOKEN)).isEmpty();

    Files.setPosixFilePermissions(reader, PosixFilePermissions.fromString("r--------"));
    tokens.refresh();
    assertThat(tokens.roleOf(READER_TOKEN)).contains(Role.READER);
    assertThat(tokens.roleOf(OPERATOR_TOKEN)).isEmpty();
  }

  @Test
  void one_token_for_both_roles_is_nobodys() throws IOException {
    tokenFile(reader, OPERATOR_TOKEN);
    tokens.refresh();
    assertThat(tokens.roleOf(OPERATOR_TOKEN)).isEmpty();

    assertThatThrownBy(this::read)
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "management.reader-token-file and management.operator-token-file hold the same token: give each role a token of its own");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0123456789012345678901234567890",
        "with a space 0123456789012345678901234567890",
        "two\nlines-0123456789012345678901234567890",
        "ümlaut-0123456789012345678901234567890123456789",
      })
  void a_text_that_is_no_token_ends_the_start(String text) throws IOException {
    tokenFile(operator, text);
    assertThatThrownBy(this::read)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith(
            "management.operator-token-file is '%s', a file that holds no token: it has "
                .formatted(operator))
        .hasMessageContaining("allowed: 32 to 512 letters, digits and -._~+/=")
        .extracting(Throwable::getMessage)
        .isNotEqualTo(text);
  }

  @Test
  void a_text_that_is_too_long_ends_the_start() throws IOException {
    tokenFile(operator, "x".repeat(513));
    assertThatThrownBy(this::read).hasMessageContaining("it has 513 characters");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rwxrwxrwx"})
  void a_file_that_others_may_read_or_change_ends_the_start(String permissions) throws IOException {
    Files.setPosixFilePermissions(reader, PosixFilePermissions.fromString(permissions));
    assertThatThrownBy(this::read)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("management.reader-token-file is '%s'".formatted(reader))
        .hasMessageContaining("(%s): chmod 600 it".formatted(permissions));
  }

  @Test
  void a_file_that_is_missing_ends_the_start() throws IOException {
    Files.delete(reader);
    assertThatThrownBy(this::read)
        .hasMessage(
            "management.reader-token-file is '%s', a file that cannot be read (NoSuchFileException): mount it, or correct the name"
                .formatted(reader));
  }

  private Tokens read() {
    return new Tokens(
        List.of(new TokenFile(Role.OPERATOR, operator), new TokenFile(Role.READER, reader)));
  }
}
