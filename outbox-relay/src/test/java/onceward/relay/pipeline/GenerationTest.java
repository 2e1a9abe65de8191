package onceward.relay.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/**
 * Goal: a worker that waits for its turn to start touches nothing, and ends at once if asked to.
 * Method: a process in which it is nobody's turn, and parts that note each use of them.
 */
class GenerationTest {

  /** Far below the patience with a worker that has something in hand. */
  private static final Duration AT_ONCE = Duration.ofSeconds(5);

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final List<String> used = new CopyOnWriteArrayList<>();
  private final List<Event> posted = new CopyOnWriteArrayList<>();
  private final Generation generation =
      new Generation(
          "turnless",
          noting(),
          new StartTurns(0, StartTurns.TURN_MAX),
          new SlotProgress(Duration.ofHours(1), OptionalLong::empty),
          posted::add);

  @Test
  void a_stream_whose_turn_has_not_come_has_touched_nothing_and_ends_at_once() {
    generation.stream(new Effect.Stream(null, Duration.ofSeconds(1)));
    awaitThatItWaits();

    generation.end(new Effect.End(null, true));

    await().atMost(AT_ONCE).untilAsserted(this::assertEnded);
    assertThat(used).isEmpty();
  }

  @Test
  void a_look_whose_turn_has_not_come_has_touched_nothing_and_does_not_wait_on() {
    generation.look(new Effect.Look(null));
    awaitThatItWaits();

    generation.abandon();

    await().atMost(AT_ONCE).untilAsserted(this::assertEnded);
    assertThat(used).isEmpty();
  }

  @Test
  void one_that_was_asked_to_end_before_it_waits_does_not_begin() {
    generation.end(new Effect.End(null, true));
    generation.stream(new Effect.Stream(null, Duration.ofSeconds(1)));

    await().atMost(AT_ONCE).untilAsserted(this::assertEnded);
    assertThat(used).isEmpty();
  }

  private void assertEnded() {
    assertThat(posted)
        .singleElement()
        .isInstanceOfSatisfying(
            Event.Ended.class,
            ended -> assertThat(ended.failure()).isInstanceOf(InterruptedException.class));
  }

  private void awaitThatItWaits() {
    await().atMost(LIMIT).until(GenerationTest::isWaiting);
  }

  private static boolean isWaiting() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread ->
            thread.getName().endsWith("-turnless") && thread.getState() == Thread.State.WAITING);
  }

  private PipelineParts noting() {
    return (PipelineParts)
        Proxy.newProxyInstance(
            PipelineParts.class.getClassLoader(),
            new Class<?>[] {PipelineParts.class},
            (_, method, _) -> {
              used.add(method.getName());
              throw new IllegalStateException("used before its turn: " + method.getName());
            });
  }
}
