package onceward.ledger.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class JourneyDocumentTest {

  private static final UUID ID = UUID.fromString("01a22411-ea6b-75d0-81c2-4064aebda366");
  private static final Instant AT = Instant.parse("2026-11-28T03:00:00Z");

  @Test
  void a_journey_is_a_document_whose_unknown_parts_are_left_out() throws Exception {
    var appended =
        new Journey.Appended(
            ID,
            "auth",
            "account",
            "a",
            1,
            "AccountRegistered",
            17,
            Optional.of(AT),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    var journey =
        new Journey(
            appended,
            List.of(new Journey.Place("account.events", 2, 5, AT)),
            Optional.empty(),
            List.of(
                new Journey.Consumer(
                    "user-service", Journey.Step.DEAD_LETTER, Optional.of(AT), Optional.of("why"))),
            List.of());

    var json = new ObjectMapper().writeValueAsString(JourneyDocument.of(List.of(journey)));

    assertThat(new ObjectMapper().readTree(json))
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"messages":[{"messageId":"01a22411-ea6b-75d0-81c2-4064aebda366","type":"AccountRegistered",
                      "aggregateType":"account","aggregateId":"a","version":1,"now":"dead-letter at user-service",
                      "madeAt":"2026-11-28T03:00:00Z","database":"auth","transaction":17,
                      "records":[{"topic":"account.events","partition":2,"offset":5,"at":"2026-11-28T03:00:00Z"}],
                      "consumers":[{"consumer":"user-service","step":"dead-letter","at":"2026-11-28T03:00:00Z","detail":"why"}],
                      "caused":[]}]}
                    """));
  }
}
