package onceward.messaging.start;

import io.micronaut.context.annotation.Primary;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.context.event.ShutdownEvent;
import io.micronaut.inject.BeanDefinition;
import io.micronaut.scheduling.DefaultTaskExceptionHandler;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A scheduled task that fails while its program ends is not logged: beans are gone by then, and the
 * traces would hide the one line that says why the program ends, such as a port that is taken. All
 * other failures of tasks are logged as the framework does.
 *
 * <p>Thread-safe.
 */
@Singleton
@Primary
@Replaces(DefaultTaskExceptionHandler.class)
final class TasksOfAnEndingProgram extends DefaultTaskExceptionHandler
    implements ApplicationEventListener<ShutdownEvent> {

  private static final Logger log = LoggerFactory.getLogger(TasksOfAnEndingProgram.class);

  /** The context itself says that it runs until all its beans are gone. */
  private volatile boolean ending;

  /** Comes before the first bean goes. */
  @Override
  public void onApplicationEvent(ShutdownEvent end) {
    ending = true;
  }

  @Override
  public void handle(@Nullable Object bean, Throwable failure) {
    if (ending) {
      log.debug("A task failed while the program ends", failure);
    } else {
      super.handle(bean, failure);
    }
  }

  @Override
  public void handleCreationFailure(BeanDefinition<Object> task, Throwable failure) {
    if (ending) {
      log.debug("A task could not be made while the program ends", failure);
    } else {
      super.handleCreationFailure(task, failure);
    }
  }
}
