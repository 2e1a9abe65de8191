package onceward.cli.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

final class ClosingTest {

  @Test
  void what_became_of_a_letter_is_said_in_words() throws Exception {
    assertThat(words("discard", 0))
        .isEqualTo("Dead letter 7 is discarded; no message waited behind it.");
    assertThat(words("retry", 1))
        .isEqualTo("Dead letter 7 is handled; 1 message behind it was handled.");
    assertThat(words("retry", 1200))
        .isEqualTo("Dead letter 7 is handled; 1,200 messages behind it were handled.");
  }

  @Test
  void messages_that_nothing_can_handle_are_said_to_be_letters_now() throws Exception {
    assertThat(
            Closing.words(
                "discard",
                new ObjectMapper().readTree("{\"id\":\"7\",\"released\":0,\"becameLetters\":2}")))
        .startsWith("Dead letter 7 is discarded.")
        .contains("2 messages behind it are dead letters now");
  }

  private static String words(String action, int released) throws Exception {
    return Closing.words(
        action, new ObjectMapper().readTree("{\"id\":\"7\",\"released\":%d}".formatted(released)));
  }
}
