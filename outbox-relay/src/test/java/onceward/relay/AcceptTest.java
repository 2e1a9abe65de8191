package onceward.relay;

import static onceward.relay.LonePipeline.ADA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import onceward.relay.pipeline.Phase;
import onceward.relay.pipeline.PipelineParts;
import onceward.relay.preflight.Preflight;
import onceward.relay.publish.Delivery;
import onceward.relay.publish.Publisher;
import onceward.relay.stop.StopReason;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An operator accepts what he was told of, if that can be accepted, and nothing else. */
class AcceptTest extends OutboxAndTopic {

  @BeforeEach
  void relayOne() throws Exception {
    database.append(topic.aggregateType(), "a", 1);
    try (var _ = LonePipeline.start(database.parts()).awaitStreaming()) {
      topic.atLeast(1);
      // Until a beat behind the message has come through too.
      var published = database.logPosition();
      await().atMost(LIMIT).until(() -> database.slotIsPast(published));
    }
    database.append(topic.aggregateType(), "a", 2);
  }

  @Test
  void what_only_waits_for_its_mending_cannot_be_accepted() throws Exception {
    database.administer("revoke update (beat, beaten_at) on relay_canary from relay");
    try (var pipeline = LonePipeline.start(database.parts())) {
      pipeline.awaitStopped(LIMIT, StopReason.ROLE_UNFIT, "lacks rights");

      assertThat(pipeline.accept()).isFalse();

      // Nor is it remembered for what is found next.
      advanceSlot();
      database.administer("grant update (beat, beaten_at) on relay_canary to relay");
      pipeline.awaitStopped(LIMIT, StopReason.SLOT_AHEAD, "published up to");
      assertThat(topic.readOn()).containsExactly("1");
    }
  }

  /** Method: during the second look it is accepted, and the canary reset. */
  @Test
  void what_is_found_after_the_accept_is_not_accepted_with_it() throws Exception {
    advanceSlot();
    var accepted = new AtomicReference<Boolean>();
    var started = new CompletableFuture<LonePipeline>();
    var parts =
        new FaultyParts(database.parts()) {
          private int looks;

          @Override
          public Publisher publisher() {
            looks++;
            if (looks == 2) {
              accepted.set(started.join().accept());
              resetCanary();
            }
            return super.publisher();
          }
        };
    try (var pipeline = LonePipeline.start(parts)) {
      started.complete(pipeline);
      pipeline.awaitStopped(LIMIT, StopReason.DATABASE_REWOUND, "the canary has come through");
      assertThat(accepted).hasValue(true);
      assertThat(topic.readOn()).containsExactly("1");
    }
  }

  /**
   * Method: two relays are stopped and told the same; one goes on, the other looks again only then,
   * stands by for it and takes over. Had it kept what it was told, it would publish from the slot's
   * place again.
   */
  @Test
  void what_was_accepted_is_not_remembered_through_standing_by() throws Exception {
    advanceSlot();
    var waiting = new WaitingParts(database.parts(Delivery.EXACTLY_ONCE, 512));
    try (var first = LonePipeline.start(database.parts(Delivery.EXACTLY_ONCE, 512));
        var second = LonePipeline.start(waiting)) {
      first.awaitStopped(StopReason.SLOT_AHEAD);
      second.awaitStopped(StopReason.SLOT_AHEAD);
      waiting.heldUp = true;
      // A look that had begun before would go on.
      await().atMost(LIMIT).until(() -> waiting.isHeldUp);
      assertThat(second.accept()).isTrue();
      assertThat(first.accept()).isTrue();
      first.awaitStreaming();
      waiting.again.countDown();
      await().atMost(LIMIT).until(() -> second.status().phase() == Phase.STANDBY);
      database.append(topic.aggregateType(), "a", 3);
      committed.atLeast(2);

      first.pipeline().pause(ADA);
      second.awaitStreaming();
      database.append(topic.aggregateType(), "a", 4);
      committed.atLeast(3);
      assertThat(committed.versions()).containsExactly("1", "3", "4");
    } finally {
      waiting.again.countDown();
    }
  }

  /** Does not look again, once it is held up, until it is let. */
  private static final class WaitingParts extends FaultyParts {

    private final CountDownLatch again = new CountDownLatch(1);
    private volatile boolean heldUp;
    private volatile boolean isHeldUp;
    private final Set<Thread> begun = ConcurrentHashMap.newKeySet();

    WaitingParts(PipelineParts real) {
      super(real);
    }

    /**
     * Asked for as every look begins, on a thread of its own, and once more in the middle. A look
     * that was held up there would have seen the slot free.
     */
    @Override
    public Preflight preflight() {
      var look = Thread.currentThread();
      try {
        if (look.getName().startsWith("look-") && begun.add(look) && heldUp) {
          isHeldUp = true;
          again.await();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return super.preflight();
    }
  }

  private void advanceSlot() throws Exception {
    database.awaitSlotFree();
    database.administer(
        "select pg_replication_slot_advance('%s', pg_current_wal_lsn())"
            .formatted(database.slot()));
  }

  private void resetCanary() {
    database.ask("update relay_canary set beat = 0 returning beat");
  }
}
