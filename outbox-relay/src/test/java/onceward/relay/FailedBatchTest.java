package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import onceward.messaging.Message;
import onceward.relay.capture.CaptureListener;
import onceward.relay.capture.CapturedBatch;
import onceward.relay.capture.DebeziumCapture;
import org.apache.kafka.connect.errors.RetriableException;
import org.junit.jupiter.api.Test;

/** A batch that fails ends the capture, whatever the failure is, and comes again in the next. */
class FailedBatchTest {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** Debezium takes such a failure as leave to poll on, and would pass over the batch. */
  @Test
  void nothing_is_lost_when_a_failure_calls_itself_retriable() throws Exception {
    try (var database = OutboxDatabase.create()) {
      database.append("thing", "a", 1);
      var failing = new FailingOnce();
      try (var capture = DebeziumCapture.fromSlot(database.captureSettings(), Set.of())) {
        var run = CompletableFuture.runAsync(() -> capture.run(failing));
        await().atMost(LIMIT).until(() -> !failing.handedOver.isEmpty());
        database.append("thing", "a", 2);

        await().atMost(LIMIT).until(() -> run.isDone() || failing.handedOver.size() > 1);

        assertThat(failing.handedOver).containsExactly(1L);
        assertThat(run.exceptionNow()).isInstanceOf(RetriableException.class);
      }

      CompletableFuture<Void> next;
      try (var capture = DebeziumCapture.fromSlot(database.captureSettings(), Set.of())) {
        next = CompletableFuture.runAsync(() -> capture.run(failing));
        await().atMost(LIMIT).until(() -> next.isDone() || failing.handedOver.contains(2L));
      }
      assertThat(next).succeedsWithin(LIMIT);
      assertThat(failing.handedOver).containsExactly(1L, 1L, 2L);
    }
  }

  /** Remembers the versions it is handed, and acknowledges all batches but the first. */
  private static final class FailingOnce implements CaptureListener {

    final List<Long> handedOver = new CopyOnWriteArrayList<>();

    @Override
    public void captured(CapturedBatch batch) throws InterruptedException {
      var isFirst = handedOver.isEmpty();
      handedOver.addAll(batch.messages().stream().map(Message::aggregateVersion).toList());
      if (isFirst && !handedOver.isEmpty()) {
        throw new RetriableException("try again later");
      }
      batch.acknowledgement().send();
    }
  }
}
