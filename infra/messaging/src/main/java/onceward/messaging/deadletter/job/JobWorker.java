package onceward.messaging.deadletter.job;

import io.micronaut.context.annotation.Requires;
import io.micronaut.scheduling.annotation.Scheduled;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.UUID;
import onceward.messaging.deadletter.DeadLetterOffice;
import onceward.messaging.job.LeasedWorker;
import onceward.messaging.job.LeasedWorker.Lease;
import onceward.messaging.restore.Restoring;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works on jobs of dead letters in this process, see {@link LeasedWorker}. When a process ends,
 * another goes on with the letter in hand.
 */
@Singleton
@Requires(beans = {DeadLetterOffice.class, JobRows.class})
final class JobWorker {

  private static final Logger log = LoggerFactory.getLogger(JobWorker.class);

  private final JobRows rows;
  private final DeadLetterOffice office;
  private final Restoring restoring;
  private final LeasedWorker worker;

  JobWorker(JobRows rows, DeadLetterOffice office, Restoring restoring) {
    this.rows = rows;
    this.restoring = restoring;
    this.office = office;
    this.worker = new LeasedWorker("dead letters", rows.leases(), this::work);
  }

  @Scheduled(initialDelay = "1s", fixedDelay = "1s")
  void look() {
    // A letter is handled like a message that is delivered.
    if (!restoring.isOn()) {
      worker.look();
    }
  }

  private void work(UUID id, Lease lease) {
    rows.find(id)
        .ifPresent(job -> {
          log.info(
              "works on job {}: {} {} dead letters ({}), for {}",
              id,
              job.action().text(),
              job.total(),
              job.selection(),
              job.operator());
          new JobRun(job, rows, office, lease).run();
        });
  }

  @PreDestroy
  void stop() throws InterruptedException {
    worker.stop();
  }
}
