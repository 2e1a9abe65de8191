package onceward.ledgerapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.micronaut.http.HttpStatus;
import io.micronaut.http.exceptions.HttpStatusException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import onceward.ledger.source.LedgerException;
import onceward.ledger.source.LedgerSettings;
import onceward.ledger.verify.Stall;
import onceward.ledger.verify.Verdict;
import org.junit.jupiter.api.Test;

final class VerificationsTest {

  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final VerificationRequest EVERYTHING = VerificationRequest.of(null);

  /** What happens when the servers are asked for. */
  private record Servers(Runnable asked) implements LedgerServers {

    @Override
    public LedgerSettings settings() {
      asked.run();
      throw new LedgerException("Nobody is there.");
    }

    @Override
    public List<Stall> stalls(Verdict verdict) {
      return List.of();
    }
  }

  @Test
  void the_latest_twenty_are_kept() throws InterruptedException {
    var verifications = new Verifications(new Servers(() -> {}));
    var begun = new ArrayList<UUID>();
    for (var number = 0; number < 25; number++) {
      var run = verifications.start(EVERYTHING, "ada");
      run.awaitEnd(LIMIT);
      assertThat(run.state()).isEqualTo(Run.State.FAILED);
      assertThat(run.document()).containsEntry("error", "Nobody is there.");
      begun.addFirst(run.id());
    }
    assertThat(verifications.latest()).extracting(Run::id).isEqualTo(begun.subList(0, 20));
    assertThatExceptionOfType(HttpStatusException.class)
        .isThrownBy(() -> verifications.require(begun.getLast().toString()))
        .matches(gone -> gone.getStatus() == HttpStatus.NOT_FOUND);
  }

  @Test
  void one_that_fails_for_an_unforeseen_reason_is_over_as_well() throws InterruptedException {
    var verifications =
        new Verifications(
            new Servers(() -> {
              throw new IllegalStateException("a secret");
            }));
    var run = verifications.start(EVERYTHING, "ada");
    run.awaitEnd(LIMIT);
    assertThat(run.state()).isEqualTo(Run.State.FAILED);
    assertThat(run.document().get("error")).asString().contains("IllegalStateException");
    assertThat(run.document().get("error")).asString().doesNotContain("a secret");
  }

  @Test
  void one_that_does_not_listen_is_being_cancelled_until_it_is_over() throws InterruptedException {
    var open = new CountDownLatch(1);
    var verifications = new Verifications(new Servers(() -> waitWhateverComes(open)));
    var run = verifications.start(EVERYTHING, "ada");

    run.cancel();

    assertThat(run.state()).isEqualTo(Run.State.CANCELLING);
    assertThatExceptionOfType(HttpStatusException.class)
        .isThrownBy(() -> verifications.start(EVERYTHING, "ada"))
        .withMessageContaining("CANCELLING")
        .matches(refused -> refused.getStatus() == HttpStatus.CONFLICT);
    open.countDown();
    run.awaitEnd(LIMIT);
    assertThat(run.state()).isEqualTo(Run.State.CANCELLED);
  }

  /** As a statement that a server works on. */
  private static void waitWhateverComes(CountDownLatch open) {
    while (open.getCount() > 0) {
      try {
        open.await();
      } catch (InterruptedException ignored) {
        // Goes on waiting.
      }
    }
  }
}
