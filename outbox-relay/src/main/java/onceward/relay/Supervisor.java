package onceward.relay;

import static onceward.relay.PipelineState.BACKING_OFF;
import static onceward.relay.PipelineState.STARTING;
import static onceward.relay.PipelineState.STOPPED;
import static onceward.relay.PipelineState.STREAMING;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import onceward.relay.capture.CaptureException;
import onceward.relay.capture.CapturedBatch;
import onceward.relay.capture.UnreadableRowException;
import onceward.relay.publish.NoProducerException;
import onceward.relay.publish.PublishException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one pipeline running: builds a new generation after every failure, for ever, with a wait
 * that grows. Fails alone; other pipelines of the process do not notice. Thread-safe.
 */
final class Supervisor implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Supervisor.class);

  private final String name;
  private final PipelineFactory pipelines;
  private final PipelineMetrics metrics;
  private final PipelineStatus status;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread;
  private volatile @Nullable Pipeline running;
  // The last batch in hand failed, hence nothing flows until one is acknowledged.
  private volatile boolean batchOwed;
  private volatile int failures;

  Supervisor(String name, PipelineFactory pipelines, PipelineMetrics metrics) {
    this.name = name;
    this.pipelines = pipelines;
    this.metrics = metrics;
    this.status = new PipelineStatus(name);
    this.thread = Thread.ofPlatform().name("pipeline-" + name).unstarted(this::supervise);
  }

  void start() {
    thread.start();
  }

  String name() {
    return name;
  }

  PipelineStatus.Snapshot status() {
    return status.now();
  }

  /** Returns when the batch in hand is done or given up and the pipeline has ended. */
  @Override
  public void close() {
    stop.countDown();
    var pipeline = running;
    if (pipeline != null) {
      pipeline.close();
    }
    join();
  }

  private void supervise() {
    while (!stopping()) {
      try {
        runOnce();
      } catch (RuntimeException | Error failure) {
        backOff(failure);
      }
    }
    status.become(STOPPED, "the relay is stopping");
  }

  private void runOnce() {
    try (var pipeline = pipelines.create(this::streaming, this::acknowledged)) {
      running = pipeline;
      if (!stopping()) {
        pipeline.run();
      }
    } finally {
      running = null;
    }
  }

  private void streaming() {
    if (!batchOwed) {
      flowing();
    }
  }

  private void acknowledged(CapturedBatch batch) {
    metrics.acknowledged(batch);
    failures = 0;
    batchOwed = false;
    flowing();
  }

  private void flowing() {
    status.becomeFrom(STARTING, STREAMING, "captures and publishes");
  }

  private void backOff(Throwable failure) {
    if (stopping()) {
      return;
    }
    metrics.restarting();
    // The others can only come from a batch in hand.
    batchOwed |= !(failure instanceof CaptureException || failure instanceof NoProducerException);
    failures = status.now().wasReadyFor(Backoff.MAX) ? 1 : failures + 1;
    var wait = Backoff.after(failures, ThreadLocalRandom.current().nextDouble());
    report(failure, wait);
    status.become(BACKING_OFF, String.valueOf(failure.getMessage()));
    if (!stopsWithin(wait)) {
      status.become(STARTING, "starting again after: " + failure.getMessage());
    }
  }

  private void report(Throwable failure, Duration wait) {
    log.warn(
        "Pipeline {} failed ({} in a row), starts again in {} ms: {}",
        name,
        failures,
        wait.toMillis(),
        failure.getMessage(),
        isForeseen(failure) ? null : failure);
  }

  /** Its message says all; others need their stack trace. */
  private static boolean isForeseen(Throwable failure) {
    return failure instanceof CaptureException
        || failure instanceof UnreadableRowException
        || failure instanceof PublishException
        || failure instanceof NoProducerException;
  }

  private boolean stopsWithin(Duration wait) {
    try {
      return stop.await(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts a supervisor", e);
    }
  }

  private boolean stopping() {
    return stop.getCount() == 0;
  }

  private void join() {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
