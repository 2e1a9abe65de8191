package onceward.auth.password;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordRulesTest {

  private static final List<String> ABOUT =
      List.of("ada.lovelace", "Ada Lovelace", "countess@example.com");

  private final PasswordRules rules;

  PasswordRulesTest() throws IOException {
    rules = new PasswordRules();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"password1", "PassWord1", "12345678", "qwertyuiop", "iloveyou1", "football1"})
  void what_is_guessed_first_is_refused(String password) {
    assertThat(rules.refusal(password, ABOUT).orElseThrow()).contains("guessed first");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ada.lovelace",
        "Lovelace1815",
        "adaadaada",
        "countess2024",
        "onceward123",
        "LovelaceOnceward!",
        "countess@example.com"
      })
  void what_everybody_knows_about_the_person_is_refused(String password) {
    assertThat(rules.refusal(password, ABOUT).orElseThrow()).contains("besides");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\ud800passwords", "fine until here \udc00"})
  void half_a_character_is_refused(String password) {
    assertThat(rules.refusal(password, ABOUT).orElseThrow()).contains("half a character");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "correct horse battery staple",
        "ada likes trains and rain",
        "비밀번호는비밀이다",
        " leading and trailing ",
        "😀😀😀😀 smile"
      })
  void everything_else_is_allowed(String password) {
    assertThat(rules.refusal(password, ABOUT)).isEmpty();
  }
}
