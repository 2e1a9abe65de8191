package onceward.relay;

import io.micronaut.runtime.Micronaut;
import io.micronaut.runtime.server.EmbeddedServer;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CountDownLatch;
import onceward.start.StartFault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the relay. Settings that cannot work end the process with exit code 2 and one line, a port
 * that is taken with 3. Databases and brokers that do not answer end nothing: the relay waits for
 * them.
 */
public final class Application {

  private static final Logger log = LoggerFactory.getLogger(Application.class);

  private Application() {}

  public static void main(String[] args) throws InterruptedException {
    try {
      start(args);
    } catch (RuntimeException failure) {
      System.exit(exitCode(failure));
    }
    // The context lives until the process ends.
    new CountDownLatch(1).await();
  }

  private static int exitCode(RuntimeException failure) {
    var fault = StartFailure.fault(failure);
    if (fault.isEmpty()) {
      log.error("The relay does not start", failure);
      return StartFault.UNFORESEEN;
    }
    log.error("The relay does not start: {}", fault.get().sentence());
    return fault.get().exitCode();
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
