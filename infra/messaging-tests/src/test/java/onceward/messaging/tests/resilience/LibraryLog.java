package onceward.messaging.tests.resilience;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/** What the library logs, from INFO on, while this is open. */
public final class LibraryLog implements AutoCloseable {

  private final Logger logger = (Logger) LoggerFactory.getLogger("onceward.messaging");
  private final Queue<String> lines = new ConcurrentLinkedQueue<>();
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          var thrown = event.getThrowableProxy();
          lines.add(
              event.getFormattedMessage()
                  + (thrown == null ? "" : " " + thrown.getClassName() + thrown.getMessage()));
        }
      };

  /** Listens from now on. */
  public LibraryLog() {
    appender.setContext(logger.getLoggerContext());
    appender.start();
    synchronized (LibraryLog.class) {
      logger.addAppender(appender);
      logger.setAdditive(false);
      logger.setLevel(Level.INFO);
    }
  }

  /** Those that tell of a consumer that was torn down and opened again. */
  List<String> startsAnew() {
    return lines.stream().filter(line -> line.contains("starts anew")).toList();
  }

  /** Every line so far. */
  public List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public void close() {
    synchronized (LibraryLog.class) {
      logger.detachAppender(appender);
      // Another one may still be open.
      if (!logger.iteratorForAppenders().hasNext()) {
        logger.setLevel(null);
        logger.setAdditive(true);
      }
    }
  }
}
