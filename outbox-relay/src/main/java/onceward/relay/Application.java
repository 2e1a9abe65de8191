package onceward.relay;

import io.micronaut.runtime.Micronaut;
import io.micronaut.runtime.server.EmbeddedServer;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the relay. Settings that cannot work end the process with status 1 and one line; databases
 * and brokers that cannot be reached do not: the relay waits for them.
 */
public final class Application {

  private static final Logger log = LoggerFactory.getLogger(Application.class);

  private Application() {}

  public static void main(String[] args) throws InterruptedException {
    try {
      start(args);
    } catch (RuntimeException e) {
      log.error("The relay does not start: {}", StartFailure.reason(e), StartFailure.unforeseen(e));
      System.exit(1);
    }
    // The context lives until the process ends.
    new CountDownLatch(1).await();
  }

  private static void start(String[] args) {
    var context = Micronaut.build(args).mainClass(Application.class).banner(false).build();
    context.start();
    Runtime.getRuntime().addShutdownHook(new Thread(context::close, "shutdown"));
    var server = context.getBean(EmbeddedServer.class).start();
    context.getBean(Relay.class).start();
    log.info("The relay answers at {} after {} ms", server.getURI(), upMillis());
  }

  private static long upMillis() {
    return ManagementFactory.getRuntimeMXBean().getUptime();
  }
}
