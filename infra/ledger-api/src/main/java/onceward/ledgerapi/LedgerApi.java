package onceward.ledgerapi;

import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.net.URI;
import onceward.management.ManagementSettings;
import onceward.start.StartFault;

/**
 * {@code verify} and {@code trace} by HTTP. It has one port, which is a management port: a call
 * needs the token of a reader or of an operator, and what puts load on the servers needs an
 * operator's.
 *
 * <p>A verification goes on when nobody asks for it any more. It is lost when the API ends, and
 * changes nothing, so that it can be begun anew. Thread-safe.
 */
public final class LedgerApi implements AutoCloseable {

  /** For the system property {@code logback.configurationFile}: what the API logs, and how. */
  public static final String LOGGING = "onceward/ledgerapi/logback.xml";

  private final ApplicationContext context;
  private final URI address;

  private LedgerApi(ApplicationContext context, URI address) {
    this.context = context;
    this.address = address;
  }

  /**
   * Starts the API. Asks none of the servers yet.
   *
   * @throws NotStartedException if a setting is not allowed, or the port is taken
   */
  public static LedgerApi start(ApiSettings settings, LedgerServers servers) {
    var context =
        ApplicationContext.builder()
            .deduceEnvironment(false)
            .deduceCloudEnvironment(false)
            .banner(false)
            .properties(settings.properties())
            .singletons(servers)
            .build();
    try {
      ManagementSettings.firstFault(context.getEnvironment().start())
          .ifPresent(fault -> {
            throw new NotStartedException(StartFault.setting(fault));
          });
      context.start();
      var server = context.getBean(EmbeddedServer.class).start();
      return new LedgerApi(context, address(settings, server.getPort()));
    } catch (RuntimeException failure) {
      context.close();
      throw StartFault.portTaken(failure).isPresent() ? taken(settings) : failure;
    }
  }

  private static URI address(ApiSettings settings, int port) {
    var host = settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host();
    return URI.create("http://" + host + ":" + port);
  }

  private static NotStartedException taken(ApiSettings settings) {
    return new NotStartedException(
        StartFault.unreachable(
            "port %d of %s is taken by another process: end that process, or choose another port (0 for any free one)"
                .formatted(settings.port(), settings.host())));
  }

  /** Where the API answers, without a slash at the end. */
  public URI address() {
    return address;
  }

  /** Cancels what runs, and ends. Waits some seconds for a server that is being asked. */
  @Override
  public void close() {
    context.close();
  }
}
