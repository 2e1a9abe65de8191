package onceward.messaging.polling;

import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import onceward.messaging.delivery.KillSwitch;
import onceward.messaging.delivery.MessagingConfiguration;
import onceward.messaging.delivery.RetryWait;
import onceward.messaging.handling.FailureKinds;
import onceward.messaging.offsets.Brokers;
import onceward.messaging.subscription.Subscription;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.UnreleasedInstanceIdException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one subscription running on a thread of its own: opens a Kafka consumer, steps the consumer
 * until {@link #stop}, and opens another after a failure, with longer and longer waits. When the
 * kill switch opens, or another service turns out to be in the group, closes the consumer and waits
 * for {@link #resume}.
 */
final class SubscriptionLoop implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(SubscriptionLoop.class);
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(3);

  /** The failure of a consumer that ran this long is the first of a row. */
  private static final Duration WELL_AFTER = Duration.ofMinutes(1);

  /** How often a stopped subscription looks whether it has been resumed. */
  private static final Duration STOPPED_LOOK = Duration.ofMillis(200);

  /** How often the loop asks whether another process of the same name has ended. */
  private static final Duration FENCED_LOOK = Duration.ofSeconds(2);

  /** A consumer that polls, and the Kafka clients under it. */
  record Running(MessageConsumer consumer, Consumer<byte[], byte[]> kafka, Brokers brokers) {}

  /** Opens consumers. */
  interface Opening {

    /**
     * Opens a consumer.
     *
     * @param takesOver whether the offsets of other services in its group are passed over
     */
    Running open(boolean takesOver);
  }

  private final Subscription subscription;
  private final KillSwitch killSwitch;
  private final Opening opening;
  private final BooleanSupplier nameIsTaken;
  private final MessagingConfiguration messaging;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread thread;

  private volatile @Nullable Running running;
  private volatile String notRunning = "is starting";

  /** Why the subscription is stopped until an operator resumes it, besides the kill switch. */
  private volatile @Nullable String refusal;

  private volatile boolean takesOver;

  SubscriptionLoop(
      Subscription subscription,
      KillSwitch killSwitch,
      Opening opening,
      BooleanSupplier nameIsTaken,
      MessagingConfiguration messaging) {
    this.subscription = subscription;
    this.killSwitch = killSwitch;
    this.opening = opening;
    this.nameIsTaken = nameIsTaken;
    this.messaging = messaging;
    this.thread = Thread.ofVirtual().name("consume " + subscription).unstarted(this);
  }

  void start() {
    thread.start();
  }

  /** Instead of {@link #start}: the subscription consumes nothing in this process. */
  void stayAway(String why) {
    notRunning = why;
    stopping.countDown();
  }

  /** Returns at once; {@link #awaitStopped} waits for the thread. */
  void stop() {
    stopping.countDown();
    var current = running;
    if (current != null) {
      current.kafka().wakeup();
    }
  }

  /** Returns when the thread has ended, or after the given time. */
  void awaitStopped(Duration wait) throws InterruptedException {
    var hasStarted = thread.getState() != Thread.State.NEW;
    if (hasStarted && !thread.join(wait)) {
      log.warn(
          "{} does not stop within {}: its last messages will be delivered again",
          subscription,
          wait);
    }
  }

  /**
   * Lets a stopped subscription go on. If another service was in its group, that service counts as
   * gone from now on.
   */
  void resume() {
    if (refusal != null) {
      takesOver = true;
      refusal = null;
    }
    killSwitch.reset();
  }

  boolean isStopped() {
    return refusal != null || killSwitch.isOpen();
  }

  /** Whether the subscription consumes nothing in this process, or no longer. */
  boolean staysAway() {
    return !isRunning();
  }

  /** Why messages do not flow, or empty if they do. */
  Optional<String> trouble() {
    var refused = refusal;
    if (refused != null) {
      return Optional.of(refused);
    }
    if (killSwitch.isOpen()) {
      return Optional.of(killSwitch.reason());
    }
    var current = running;
    return current == null ? Optional.of(notRunning) : current.consumer().progress().trouble();
  }

  /** How the subscription gets on in each partition that it has been assigned, by name. */
  SortedMap<String, PartitionReport> positions() {
    var current = running;
    return current == null ? new TreeMap<>() : current.consumer().progress().positions();
  }

  Subscription subscription() {
    return subscription;
  }

  @Override
  public void run() {
    var failures = 0;
    while (isRunning()) {
      var started = System.nanoTime();
      try {
        consume();
        awaitResumed();
      } catch (WakeupException told) {
        return;
      } catch (FencedInstanceIdException | UnreleasedInstanceIdException taken) {
        awaitName();
      } catch (ForeignGroupException foreign) {
        refusal = foreign.getMessage();
        awaitResumed();
      } catch (Throwable failure) {
        failures = wasWellSince(started) ? 1 : failures + 1;
        notRunning = "cannot consume: " + FailureKinds.describe(failure);
        log.warn("{} starts anew after {} failures", subscription, failures, failure);
        pause(RetryWait.wait(failures, messaging));
      }
    }
  }

  /** Returns after {@link #stop}, or when the kill switch has opened. */
  private void consume() {
    var opened = opening.open(takesOver);
    try (var _ = opened.brokers()) {
      running = opened;
      opened.consumer().subscribe();
      while (isRunning() && !killSwitch.isOpen()) {
        opened.consumer().step();
      }
    } finally {
      running = null;
      close(opened.kafka());
    }
  }

  /**
   * Closing commits the offsets that are left. A failure of the close has the same cause as the end
   * of the consumer, and must not hide that cause.
   */
  private void close(Consumer<byte[], byte[]> kafka) {
    try {
      kafka.close(CloseOptions.timeout(CLOSE_WAIT));
    } catch (KafkaException notInOrder) {
      log.debug("{} could not leave its group in order", subscription, notInOrder);
    }
  }

  private void awaitResumed() {
    if (isRunning() && isStopped()) {
      trouble().ifPresent(reason -> log.error("{} {}", subscription, reason));
    }
    while (isRunning() && isStopped()) {
      pause(STOPPED_LOOK);
    }
  }

  /**
   * Waits until no member of the group has the name of this process: to go on before would fence
   * the other, which would fence this one, and so on. Kafka forgets a process that has ended after
   * its session time-out.
   */
  private void awaitName() {
    notRunning =
        "another process runs as messaging.instance=%s; this process goes on when the other has ended. Give each process a name of its own"
            .formatted(messaging.instance());
    log.error("{} waits: {}", subscription, notRunning);
    do {
      pause(FENCED_LOOK);
    } while (isRunning() && isNameTaken());
    if (isRunning()) {
      log.warn("{} goes on: no other process has its name any more", subscription);
    }
  }

  /** A name counts as taken as long as Kafka does not answer. */
  private boolean isNameTaken() {
    try {
      return nameIsTaken.getAsBoolean();
    } catch (RuntimeException notNow) {
      log.debug("{} does not know whether its name is taken", subscription, notNow);
      return true;
    }
  }

  private static boolean wasWellSince(long started) {
    return System.nanoTime() - started > WELL_AFTER.toNanos();
  }

  private boolean isRunning() {
    return stopping.getCount() > 0;
  }

  private void pause(Duration wait) {
    try {
      var _ = stopping.await(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      stopping.countDown();
    }
  }
}
