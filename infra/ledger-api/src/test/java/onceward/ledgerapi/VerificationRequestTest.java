package onceward.ledgerapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import onceward.ledger.source.Scope;
import onceward.problem.InvalidFieldException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VerificationRequestTest {

  @Test
  void nothing_asks_for_everything_as_the_command_does() throws IOException {
    assertThat(VerificationRequest.of(null))
        .isEqualTo(new VerificationRequest(Scope.ALL, false))
        .isEqualTo(request("{}"))
        .isEqualTo(request("{\"since\":null,\"limit\":null,\"deep\":false}"));
  }

  @Test
  void each_field_narrows_it() throws IOException {
    var request =
        request(
            """
            {"since":"2026-11-27","until":"2026-11-28T03:00:00Z","consumer":"billing","aggregate":" a ",
             "waitSeconds":5,"limit":0,"deep":true}
            """);
    assertThat(request.deep()).isTrue();
    assertThat(request.scope().since()).contains(Instant.parse("2026-11-27T00:00:00Z"));
    assertThat(request.scope().until()).contains(Instant.parse("2026-11-28T03:00:00Z"));
    assertThat(request.scope().consumer()).contains("billing");
    assertThat(request.scope().aggregate()).isEqualTo(Optional.of("a"));
    assertThat(request.scope().patience()).isEqualTo(Duration.ofSeconds(5));
    assertThat(request.scope().examples()).isZero();
    assertThat(request.document())
        .isEqualTo(
            Map.of(
                "since", "2026-11-27T00:00:00Z",
                "until", "2026-11-28T03:00:00Z",
                "consumer", "billing",
                "aggregate", "a",
                "waitSeconds", 5L,
                "limit", 0,
                "deep", true));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "[1]                                        | body        | allowed is one with the fields",
        "{\"limt\":1}                               | limt        | allowed are [since, until",
        "{\"since\":\"yesterday\"}                  | since       | 'yesterday' is no moment; allowed are",
        "{\"until\":7}                              | until       | is 7; allowed is a text",
        "{\"since\":\"1h\",\"until\":\"2h\"}        | until       | nothing is between them",
        "{\"waitSeconds\":3601}                     | waitSeconds | is 3601; allowed are 0 to 3600",
        "{\"waitSeconds\":-1}                       | waitSeconds | is -1; allowed are 0 to 3600",
        "{\"limit\":1001}                           | limit       | is 1001; allowed are 0 to 1000",
        "{\"limit\":99999999999}                    | limit       | is 99999999999; allowed are 0 to 1000",
        "{\"limit\":1.5}                            | limit       | is 1.5; allowed are 0 to 1000",
        "{\"limit\":\"20\"}                         | limit       | is \"20\"; allowed are 0 to 1000",
        "{\"deep\":\"yes\"}                         | deep        | is \"yes\"; allowed are true and false",
        "{\"consumer\":\" \"}                       | consumer    | allowed are 1 to 256 characters",
        "{\"aggregate\":\"a\\u0000b\"}              | aggregate   | is 'a?b'; allowed are 1 to 256 characters, none of control",
      })
  void what_is_not_allowed_is_named(String body, String field, String message) {
    assertThatExceptionOfType(InvalidFieldException.class)
        .isThrownBy(() -> request(body))
        .withMessageContaining(message)
        .satisfies(refused -> assertThat(refused.field()).isEqualTo(field));
  }

  private static VerificationRequest request(String body) throws IOException {
    return VerificationRequest.of(new ObjectMapper().readTree(body));
  }
}
