package onceward.relay.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StartTurnsTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private StartTurns turns = new StartTurns();
  private final AtomicInteger taken = new AtomicInteger();
  private final List<Thread> waiting = new ArrayList<>();

  @AfterEach
  void interruptThoseThatWait() {
    waiting.forEach(Thread::interrupt);
  }

  @Test
  void a_turn_begins_when_another_is_over() throws Exception {
    turns = new StartTurns(StartTurns.AT_ONCE, Duration.ofHours(1));
    for (var turn = 1; turn < StartTurns.AT_ONCE; turn++) {
      turns.take();
    }
    var last = turns.take();
    var next = takeOneMore();
    await().atMost(LIMIT).until(() -> next.getState() == Thread.State.WAITING);
    assertThat(taken).hasValue(0);

    last.end();
    last.close();

    await().atMost(LIMIT).until(() -> taken.get() == 1);
  }

  @Test
  void those_that_never_end_keep_nobody_waiting_for_good() throws Exception {
    for (var turn = 0; turn < StartTurns.AT_ONCE; turn++) {
      turns.take();
    }
    takeOneMore();
    takeOneMore();
    await().atMost(LIMIT).until(() -> taken.get() == 2);
  }

  private Thread takeOneMore() {
    var thread =
        Thread.ofVirtual()
            .start(() -> {
              try {
                turns.take();
                taken.incrementAndGet();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    waiting.add(thread);
    return thread;
  }
}
