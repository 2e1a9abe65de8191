package onceward.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Commands can be pasted as they are printed. */
final class CommandsTest {

  private static final Commands ELSEWHERE = Commands.of(Path.of("/srv/stack"));

  @Test
  void for_the_usual_home_they_are_short() {
    Path usual = Commands.usualHome(ProjectRoot.require());

    assertThat(Commands.of(usual).of("down")).isEqualTo("infra/onceward down");
    assertThat(Commands.of(usual).complete("run infra/onceward relay resume auth"))
        .isEqualTo("run infra/onceward relay resume auth");
  }

  @Test
  void another_home_is_named() {
    assertThat(ELSEWHERE.of("relay status"))
        .isEqualTo("infra/onceward relay status --home /srv/stack");
  }

  @Test
  void a_home_that_a_shell_would_take_apart_is_quoted() {
    assertThat(Commands.of(Path.of("/srv/my stack's")).of("up"))
        .isEqualTo("infra/onceward up --home '/srv/my stack'\\''s'");
  }

  @Test
  void commands_within_a_text_are_completed_once() {
    String completed =
        "run infra/onceward relay resume --home /srv/stack auth, or infra/onceward down --home /srv/stack";

    assertThat(ELSEWHERE.complete("run infra/onceward relay resume auth, or infra/onceward down"))
        .isEqualTo(completed);
    assertThat(ELSEWHERE.complete(completed)).isEqualTo(completed);
    assertThat(
            ELSEWHERE.complete(
                "infra/onceward republish run --wait 0 && infra/onceward topic create T"))
        .isEqualTo(
            "infra/onceward republish run --home /srv/stack --wait 0 && infra/onceward topic create --home /srv/stack T");
  }

  @Test
  void psql_logs_in_as_the_administrator_of_the_stack() {
    assertThat(ELSEWHERE.complete("psql -1 -h 127.0.0.1 -p 25432 -d auth -c \"select 1\""))
        .isEqualTo(
            "PGPASSWORD=\"$(sed -n 's/^postgres=//p' /srv/stack/secrets/passwords.properties)\" psql -U postgres -1 -h 127.0.0.1 -p 25432 -d auth -c \"select 1\"");
  }
}
