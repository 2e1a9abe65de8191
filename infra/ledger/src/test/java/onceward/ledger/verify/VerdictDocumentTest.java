package onceward.ledger.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class VerdictDocumentTest {

  private static final UUID ID = UUID.fromString("01a22411-ea6b-75d0-81c2-4064aebda366");
  private static final Instant AT = Instant.parse("2026-11-28T03:00:00Z");
  private static final Stall STALL =
      new Stall("relay:", "slot x is gone", true, Optional.empty(), Optional.of("page.md"));

  private static final Finding MISSING =
      new Finding(
          Kind.MISSING,
          "account.events",
          3,
          Optional.of(AT),
          List.of(
              new Finding.Example(Optional.of(ID), Optional.of("Made of a"), "of database auth"),
              new Finding.Example(Optional.empty(), Optional.empty(), "account.events-0@7")));

  @Test
  void a_verdict_is_a_document_whose_unknown_parts_are_left_out() throws Exception {
    var json =
        new ObjectMapper()
            .writeValueAsString(
                new VerdictDocument(verdict(MISSING), List.of(STALL), Duration.ofMillis(1500))
                    .document());

    assertThat(new ObjectMapper().readTree(json))
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"outcome":"BROKEN","holds":false,"atRest":false,
                     "standsStill":[{"subject":"relay:","sentence":"slot x is gone","page":"page.md"}],
                     "at":"2026-11-28T03:00:00Z","tookMillis":1500,"messages":2,
                     "hours":{"proven":168,"provenMessages":12000,"expired":20,"read":3,
                       "unproven":[{"hour":"2026-11-28T03:00:00Z","why":"others"}]},
                     "topics":[{"topic":"account.events","appended":2,"published":1}],
                     "consumers":[{"consumer":"user-service","topic":"account.events","handled":1}],
                     "findings":[{"kind":"missing","weight":"broken","subject":"account.events","count":3,
                       "meaning":"%s","oldest":"2026-11-28T03:00:00Z",
                       "messages":[
                         {"messageId":"01a22411-ea6b-75d0-81c2-4064aebda366","message":"Made of a","detail":"of database auth"},
                         {"detail":"account.events-0@7"}]}],
                     "notes":["a note"]}
                    """
                        .formatted(Kind.MISSING.sentence())));
  }

  @Test
  void a_broken_promise_outweighs_what_stands_still() {
    assertThat(outcome(verdict(MISSING), List.of(STALL))).isEqualTo(Outcome.BROKEN);
    assertThat(outcome(verdict(), List.of(STALL))).isEqualTo(Outcome.STANDS_STILL);
    assertThat(outcome(verdict(), List.of())).isEqualTo(Outcome.HOLDS);
  }

  private static Outcome outcome(Verdict verdict, List<Stall> stalls) {
    return new VerdictDocument(verdict, stalls, Duration.ZERO).outcome();
  }

  private static Verdict verdict(Finding... findings) {
    return new Verdict(
        AT,
        2,
        List.of(new Verdict.TopicVerdict("account.events", 2, 1)),
        List.of(new Verdict.ConsumerVerdict("user-service", "account.events", 1)),
        List.of(findings),
        List.of("a note"),
        List.of(),
        Optional.of(
            new CoveredHours(
                168, 12_000, 20, 3, List.of(new CoveredHours.Unproven(AT, "others")))));
  }
}
