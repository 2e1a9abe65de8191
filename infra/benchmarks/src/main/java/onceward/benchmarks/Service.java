package onceward.benchmarks;

import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.util.HashMap;
import java.util.Map;
import onceward.messaging.testkit.TestService;

/** A service that uses the library, with a database of its own, in this process. */
public final class Service implements AutoCloseable {

  private final TestService surroundings;
  private final ApplicationContext context;

  private Service(TestService surroundings, ApplicationContext context) {
    this.surroundings = surroundings;
    this.context = context;
  }

  /** Starts one; {@code properties} go over the usual ones. */
  public static Service start(TestService surroundings, Map<String, Object> properties) {
    var all = new HashMap<String, Object>(surroundings.properties());
    all.putAll(properties);
    var context = ApplicationContext.builder().properties(all).banner(false).start();
    context.getBean(EmbeddedServer.class).start();
    return new Service(surroundings, context);
  }

  /** The bean of that type. */
  public <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  /** Its database and broker. */
  public TestService surroundings() {
    return surroundings;
  }

  @Override
  public void close() {
    context.close();
  }
}
