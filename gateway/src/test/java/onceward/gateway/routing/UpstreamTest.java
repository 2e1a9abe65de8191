package onceward.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.http.client.HttpClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import onceward.gateway.problem.ProblemException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;

/** Goal: a call that is given up keeps no place, and its late failure is no error in the log. */
class UpstreamTest {

  private static final Duration SHORT = Duration.ofMillis(50);
  private static final Duration LONG = Duration.ofMinutes(1);

  private final HttpClient client = HttpClient.create(null);
  private final List<Throwable> dropped = new CopyOnWriteArrayList<>();

  @BeforeEach
  void watchErrorsThatNobodyTakes() {
    Hooks.onErrorDropped(dropped::add);
  }

  @AfterEach
  void end() {
    Hooks.resetOnErrorDropped();
    client.close();
  }

  /** As the HTTP client does: its connection ends, and it says so to a caller who is gone. */
  private static Publisher<String> failsWhenGivenUp(HttpClient client) {
    return caller ->
        caller.onSubscribe(
            new Subscription() {
              @Override
              public void request(long count) {}

              @Override
              public void cancel() {
                caller.onError(new IOException("connection closed"));
              }
            });
  }

  @Test
  void the_late_failure_of_a_call_whose_time_is_over_is_dropped_in_silence() {
    var upstream = new Upstream("service", client, 1, SHORT);

    assertThatThrownBy(upstream.call(UpstreamTest::failsWhenGivenUp)::block)
        .hasCauseInstanceOf(TimeoutException.class);
    assertThat(dropped).isEmpty();
  }

  @Test
  void a_call_has_the_shorter_one_of_its_own_time_and_that_of_the_service() {
    for (var upstream :
        List.of(
            new Upstream("service", client, 1, SHORT).call(LONG, _ -> Mono.never()),
            new Upstream("service", client, 1, LONG).call(SHORT, _ -> Mono.never()))) {
      assertThatThrownBy(upstream::block)
          .hasCauseInstanceOf(TimeoutException.class)
          .hasMessageContaining("no answer within 50 ms");
    }
  }

  @Test
  void the_late_failure_of_a_call_that_its_caller_gives_up_is_dropped_in_silence() {
    var upstream = new Upstream("service", client, 1, LONG);

    assertThatThrownBy(upstream.call(UpstreamTest::failsWhenGivenUp).timeout(SHORT)::block)
        .hasCauseInstanceOf(TimeoutException.class);
    assertThat(dropped).isEmpty();
    assertThat(upstream.call(_ -> Mono.just("next")).block()).isEqualTo("next");
  }

  @Test
  void whoever_has_the_answer_finds_the_place() {
    var upstream = new Upstream("service", client, 1, LONG);

    assertThat(
            upstream
                .call(_ -> Mono.just("first"))
                .flatMap(_ -> upstream.call(_ -> Mono.just("second")))
                .block())
        .isEqualTo("second");
  }

  @Test
  void without_a_place_a_call_fails_at_once_and_the_client_is_not_used() {
    var upstream = new Upstream("service", client, 1, LONG);
    var running = upstream.call(_ -> Mono.never()).subscribe();

    assertThatThrownBy(
            upstream.call(_ -> {
              throw new AssertionError("called");
            })
                ::block)
        .isInstanceOf(ProblemException.class);
    running.dispose();
    assertThat(upstream.call(_ -> Mono.just("next")).block()).isEqualTo("next");
  }
}
