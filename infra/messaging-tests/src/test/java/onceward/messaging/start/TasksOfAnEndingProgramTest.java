package onceward.messaging.start;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.BeanContext;
import io.micronaut.inject.BeanDefinition;
import io.micronaut.scheduling.DefaultTaskExceptionHandler;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What fails because a program ends does not hide why it ends. */
class TasksOfAnEndingProgramTest {

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
  void a_task_that_fails_is_logged_but_not_while_the_program_ends_nor_later() {
    var context =
        ApplicationContext.run(
            Map.of("datasources.default.enabled", "false", "messaging.enabled", "false"));
    var tasks = context.getBean(Tasks.class);

    tasks.fail();
    assertThat(logged.list).as("one that failed, one that could not be made").hasSize(2);

    context.close();
    assertThat(tasks.failedAtTheEnd).isTrue();
    tasks.fail();
    assertThat(logged.list).hasSize(2);
  }

  /** Fails once more while the context takes its beans away. */
  @Singleton
  static final class Tasks {

    private final BeanContext context;
    private final DefaultTaskExceptionHandler handler;
    private @Nullable BeanDefinition<Tasks> definition;
    private boolean failedAtTheEnd;

    Tasks(BeanContext context, DefaultTaskExceptionHandler handler) {
      this.context = context;
      this.handler = handler;
    }

    @SuppressWarnings("unchecked")
    void fail() {
      var failure = new IllegalStateException("no bean any more");
      handler.handle(this, failure);
      handler.handleCreationFailure((BeanDefinition<Object>) (BeanDefinition<?>) task(), failure);
    }

    private BeanDefinition<Tasks> task() {
      if (definition == null) {
        definition = context.getBeanDefinition(Tasks.class);
      }
      return definition;
    }

    @PreDestroy
    void end() {
      fail();
      failedAtTheEnd = true;
    }
  }
}
