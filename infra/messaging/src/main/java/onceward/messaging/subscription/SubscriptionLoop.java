package onceward.messaging.subscription;

import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one subscription running on a thread of its own: opens a Kafka consumer, steps it until
 * told to stop, and opens another after a failure, with back-off.
 */
final class SubscriptionLoop implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(SubscriptionLoop.class);

  /** A consumer that polls, and the Kafka client under it. */
  record Running(MessageConsumer consumer, Consumer<byte[], byte[]> kafka) {}

  private final Subscription subscription;
  private final Supplier<Running> open;
  private final MessagingConfiguration messaging;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread thread;

  private volatile @Nullable Running running;
  private volatile String lastFailure = "is starting";

  SubscriptionLoop(
      Subscription subscription, Supplier<Running> open, MessagingConfiguration messaging) {
    this.subscription = subscription;
    this.open = open;
    this.messaging = messaging;
    this.thread = Thread.ofVirtual().name("consume " + subscription).unstarted(this);
  }

  void start() {
    thread.start();
  }

  /** Returns when the thread has ended, or after the given time. */
  void stop(java.time.Duration wait) throws InterruptedException {
    stopping.countDown();
    var current = running;
    if (current != null) {
      current.kafka().wakeup();
    }
    if (!thread.join(wait)) {
      log.warn(
          "{} did not stop within {}: its last messages will be delivered again",
          subscription,
          wait);
    }
  }

  /** Why messages do not flow, or empty if they do. */
  Optional<String> trouble() {
    var current = running;
    return current == null ? Optional.of(lastFailure) : current.consumer().trouble();
  }

  Subscription subscription() {
    return subscription;
  }

  @Override
  public void run() {
    for (var failures = 1; isRunning(); failures++) {
      try {
        consume();
      } catch (WakeupException told) {
        return;
      } catch (Exception failure) {
        running = null;
        lastFailure = "cannot consume: " + failure;
        log.warn("{} starts anew after {} failures", subscription, failures, failure);
        pause(failures);
      }
    }
  }

  private void consume() {
    var opened = open.get();
    try (var _ = opened.kafka()) {
      running = opened;
      opened.consumer().subscribe();
      while (isRunning()) {
        opened.consumer().step();
      }
    }
  }

  private boolean isRunning() {
    return stopping.getCount() > 0;
  }

  private void pause(int failures) {
    var now = Instant.now();
    var wait = java.time.Duration.between(now, Backoff.after(failures, now, messaging).due());
    try {
      var _ = stopping.await(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      stopping.countDown();
    }
  }
}
