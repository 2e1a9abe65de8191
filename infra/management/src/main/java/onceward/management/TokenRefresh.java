package onceward.management;

import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.TaskScheduler;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Duration;

/**
 * Has the tokens read again every second, from the start of the server on: before that, a token
 * that cannot be used ends the start, and nothing else may speak of it.
 */
@Singleton
final class TokenRefresh implements ApplicationEventListener<ServerStartupEvent> {

  private static final Duration PERIOD = Duration.ofSeconds(1);

  private final Tokens tokens;
  private final TaskScheduler scheduler;

  TokenRefresh(Tokens tokens, @Named(TaskExecutors.SCHEDULED) TaskScheduler scheduler) {
    this.tokens = tokens;
    this.scheduler = scheduler;
  }

  @Override
  public void onApplicationEvent(ServerStartupEvent event) {
    var _ = scheduler.scheduleWithFixedDelay(PERIOD, PERIOD, tokens::refresh);
  }
}
