package onceward.messaging.restore;

import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.runtime.ApplicationConfiguration;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether this process only restores, and how. Immutable. */
@Singleton
public final class Restoring {

  private final boolean on;
  private final String service;
  private final @Nullable Restoration restoration;

  /**
   * What the process is set to.
   *
   * @throws ConfigurationException if the process is to restore and the service does not say how
   */
  public Restoring(
      RestoringConfiguration configuration,
      ApplicationConfiguration application,
      @Nullable Restoration restoration) {
    this.on = configuration.restoring();
    this.service = application.getName().orElse("NAME");
    this.restoration = restoration;
    if (on && restoration == null) {
      throw new ConfigurationException(
          "messaging.restoring is 'true'; allowed: false, for this service declares no Restoration and cannot get its data back from topics. Restore a backup instead");
    }
  }

  /** Whether live consumers stay away. */
  public boolean isOn() {
    return on;
  }

  /** How this service restores; empty if it does not say. */
  public Optional<Restoration> restoration() {
    return Optional.ofNullable(restoration);
  }

  /**
   * Why live consumers stay away although this process does not restore.
   *
   * @param step the first that is not done
   */
  public String reasonNotDone(Object step) {
    return "a restoration of the database has begun and is not done (%s): live consumers wait. Start with messaging.restoring=true and run `infra/onceward replay restore --service %s`; or give up what topics know: update restoration set ended_at = now() where ended_at is null, then start the service again"
        .formatted(step, service);
  }

  /** Why live consumers stay away, and what to do next: a line for operators. */
  public String reason() {
    return "restoring: live consumers wait. Run `infra/onceward replay restore --service %s`; when every step is done, start without messaging.restoring"
        .formatted(service);
  }
}
