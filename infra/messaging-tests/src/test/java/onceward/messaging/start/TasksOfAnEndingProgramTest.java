package onceward.messaging.start;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micronaut.context.ApplicationContext;
import io.micronaut.inject.BeanDefinition;
import io.micronaut.scheduling.DefaultTaskExceptionHandler;
import jakarta.inject.Singleton;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What fails because a program ends does not hide why it ends. */
class TasksOfAnEndingProgramTest {

  private final IllegalStateException gone = new IllegalStateException("no bean any more");

  private final Logger logger = (Logger) LoggerFactory.getLogger(DefaultTaskExceptionHandler.class);
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

  @BeforeEach
  void listen() {
    logged.start();
    logger.addAppender(logged);
    logger.setAdditive(false);
  }

  @AfterEach
  void end() {
    logger.detachAppender(logged);
    logger.setAdditive(true);
  }

  @Test
  @SuppressWarnings("unchecked")
  void a_task_that_fails_is_logged_but_not_while_the_program_ends() {
    var context =
        ApplicationContext.run(
            Map.of("datasources.default.enabled", "false", "messaging.enabled", "false"));
    var handler = context.getBean(DefaultTaskExceptionHandler.class);
    var task = (BeanDefinition<Object>) (BeanDefinition<?>) context.getBeanDefinition(Probe.class);

    handler.handle(new Probe(), gone);
    handler.handleCreationFailure(task, gone);
    assertThat(logged.list).hasSize(2);

    context.close();
    handler.handle(new Probe(), gone);
    handler.handleCreationFailure(task, gone);
    assertThat(logged.list).hasSize(2);
  }

  @Singleton
  static final class Probe {}
}
