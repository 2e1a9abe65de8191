package onceward.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.client.exceptions.HttpClientResponseException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import onceward.gateway.problem.ProblemException;
import onceward.gateway.problem.ProblemType;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Goal: a service without a place costs nothing until it may have one. */
class FullServiceTest {

  private long now;
  private final FullService service = new FullService(() -> now);
  private final AtomicInteger asked = new AtomicInteger();

  @Test
  void it_is_not_asked_again_while_a_call_is_in_work() {
    begin();
    refuses();

    assertThatThrownBy(() -> service.unlessFull(answered()).block())
        .isInstanceOfSatisfying(
            ProblemException.class, busy -> assertThat(busy.type()).isEqualTo(ProblemType.BUSY));
    assertThat(asked).hasValue(1);
  }

  @Test
  void a_call_that_has_ended_leaves_its_place_to_whoever_has_its_answer() {
    var first = Sinks.<String>one();
    var next = service.unlessFull(first.asMono()).flatMap(_ -> service.unlessFull(answered()));
    var ended = next.toFuture();
    refuses();
    first.tryEmitValue("first");

    assertThat(ended).isCompletedWithValue("answer");
  }

  @Test
  void a_call_that_fails_or_is_given_up_leaves_its_place_as_well() {
    begin();
    var failing = Sinks.<String>one();
    var _ = service.unlessFull(failing.asMono()).toFuture();
    refuses();
    failing.tryEmitError(new IOException("connection closed"));
    assertThat(service.unlessFull(answered()).block()).isEqualTo("answer");

    var givenUp = service.unlessFull(Mono.never()).subscribe();
    refuses();
    givenUp.dispose();
    assertThat(service.unlessFull(answered()).block()).isEqualTo("answer");
  }

  @Test
  void without_a_call_in_work_it_is_asked_again_because_others_may_have_taken_the_places() {
    refuses();

    assertThat(service.unlessFull(answered()).block()).isEqualTo("answer");
  }

  @Test
  void after_a_second_it_is_asked_again_although_a_call_hangs() {
    begin();
    refuses();
    now += Duration.ofSeconds(1).toNanos();

    assertThat(service.unlessFull(answered()).block()).isEqualTo("answer");
  }

  private void begin() {
    var _ = service.unlessFull(Mono.never()).subscribe();
  }

  private void refuses() {
    assertThatThrownBy(() ->
            service
                .unlessFull(
                    Mono.error(() -> {
                      asked.incrementAndGet();
                      return new HttpClientResponseException(
                          "busy", HttpResponse.status(503, "Service Unavailable"));
                    }))
                .block())
        .isInstanceOf(HttpClientResponseException.class);
  }

  private Mono<String> answered() {
    return Mono.fromSupplier(() -> {
      asked.incrementAndGet();
      return "answer";
    });
  }
}
